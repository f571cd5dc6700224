import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

const root = env.MAKOTO_CORPORA ?? fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))

/** A file of the shared corpora, as it lies. */
export function readCorpus(path: string): Uint8Array {
  return new Uint8Array(readFileSync(`${root}/${path}`))
}

export const corpusPath = (path: string) => `${root}/${path}`

/** Files below a folder of the corpora; none where it is absent: the body of a skipped suite runs too. */
export function listCorpus(folder: string): string[] {
  return existsSync(corpusPath(folder)) ? readdirSync(corpusPath(folder), { recursive: true, encoding: 'utf8' }) : []
}

/** Runs a suite where the corpus is there; else says what is missing. */
export function describeCorpus(name: string, folder: string, body: () => void): void {
  const present = existsSync(`${root}/${folder}`)
  if (!present) console.warn(`skipped: ${name}: ${folder} is not under MAKOTO_CORPORA or ../shared/corpora`)
  describe.skipIf(!present)(name, body)
}
