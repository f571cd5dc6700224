import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { decodeHex } from '../../src/encoding.ts'
import { parsePublicKey } from '../../src/key/public-key.ts'
import type { SigningScheme } from '../../src/platform/imported-key.ts'
import * as node from '../../src/platform/node.ts'
import * as web from '../../src/platform/web.ts'
import { corpusPath, describeCorpus, readCorpus } from '../corpora.ts'

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

const FILES: Record<string, SigningScheme> = {
  'ecdsa_secp256r1_sha256_test.json': { hash: 'sha256' },
  'ed25519_test.json': { hash: null },
  'rsa_pss_2048_sha256_mgf1_32_test.json': { hash: 'sha256', padding: 'pss' },
}

const PLATFORMS = [
  ['node', node],
  ['web', web],
] as const

function readVectors(file: string) {
  const text = new TextDecoder().decode(readCorpus(`wycheproof/${file}`))
  const { testGroups, numberOfTests } = fileSchema.parse(JSON.parse(text))
  const vectors = testGroups.flatMap(({ publicKeyPem, tests }) => {
    const { spki } = parsePublicKey(publicKeyPem)
    return tests.map((test) => ({ ...test, spki }))
  })
  expect(vectors).toHaveLength(numberOfTests)
  return vectors
}

describeCorpus('signatures of Wycheproof', 'wycheproof', () => {
  for (const [name, { importPublicKey, verifyWithKey }] of PLATFORMS)
    for (const [file, scheme] of Object.entries(FILES))
      it.runIf(existsSync(corpusPath(`wycheproof/${file}`)))(`${name} agrees with every vector of ${file}`, () => {
        const disagreements = readVectors(file).filter(({ spki, msg, sig, result }) => {
          const holds = verifyWithKey(importPublicKey(spki), scheme, decodeHex(msg), decodeHex(sig))
          return holds !== (result === 'valid')
        })
        expect(disagreements.map(({ tcId, comment }) => `${tcId} ${comment}`)).toEqual([])
      })
})
