import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { corpusPath, readCorpus } from './corpora.ts'

const fileSchema = z.looseObject({
  numberOfTests: z.int(),
  testGroups: z.array(
    z.looseObject({
      publicKeyPem: z.string(),
      tests: z.array(
        z.looseObject({
          tcId: z.int(),
          comment: z.string(),
          msg: z.string(),
          sig: z.string(),
          result: z.enum(['valid', 'invalid']),
        }),
      ),
    }),
  ),
})

/** Every vector of a file with its group's key, as many as the file says; a test where the corpus holds that file. */
export function describeVectors(file: string, title: string, run: (vectors: readonly Vector[]) => void): void {
  it.runIf(existsSync(corpusPath(`wycheproof/${file}`)))(`${title} ${file}`, () => {
    const text = new TextDecoder().decode(readCorpus(`wycheproof/${file}`))
    const { testGroups, numberOfTests } = fileSchema.parse(JSON.parse(text))
    const vectors = testGroups.flatMap(({ publicKeyPem, tests }) => tests.map((test) => ({ ...test, publicKeyPem })))
    expect(vectors).toHaveLength(numberOfTests)
    run(vectors)
  })
}

type Group = z.infer<typeof fileSchema>['testGroups'][number]
export type Vector = Group['tests'][number] & Pick<Group, 'publicKeyPem'>

/** What a person needs to look a vector up. */
export const nameVectors = (vectors: readonly Vector[]) => vectors.map(({ tcId, comment }) => `${tcId} ${comment}`)
