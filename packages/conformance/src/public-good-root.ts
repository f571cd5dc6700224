import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'

const seedsSchema = z.record(z.string(), z.looseObject({ targets: z.record(z.string(), z.base64()) }))

/** `trusted_root.json` of the public Sigstore instance, as the TUF client carries it: nothing is fetched. */
export function readPublicGoodRoot(): Uint8Array {
  const path = createRequire(import.meta.url).resolve('@sigstore/tuf/seeds.json')
  const [seed] = Object.values(seedsSchema.parse(JSON.parse(readFileSync(path, 'utf8'))))
  const target = seed?.targets['trusted_root.json']
  if (target === undefined) throw new Error('@sigstore/tuf carries no trusted root')
  return new Uint8Array(Buffer.from(target, 'base64'))
}
