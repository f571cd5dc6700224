import { existsSync } from 'node:fs'
import { decodeHex, isMakotoError, type KeyDeclaration, parsePublicKey, verifySignature } from '@makoto/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
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

const FILES: Record<string, KeyDeclaration> = {
  'ecdsa_secp256r1_sha256_test.json': {},
  'ed25519_test.json': {},
  'rsa_pss_2048_sha256_mgf1_32_test.json': { hash: 'sha256', padding: 'pss' },
}

function verdict(pem: string, declaration: KeyDeclaration, msg: string, sig: string): 'valid' | 'invalid' {
  try {
    return verifySignature(parsePublicKey(pem, declaration), decodeHex(msg), decodeHex(sig)) ? 'valid' : 'invalid'
  } catch (error) {
    if (isMakotoError(error)) return 'invalid'
    throw error
  }
}

describeCorpus('signatures of Wycheproof', 'wycheproof', () => {
  for (const [file, declaration] of Object.entries(FILES))
    it.runIf(existsSync(corpusPath(`wycheproof/${file}`)))(`agrees with every vector of ${file}`, () => {
      const { testGroups, numberOfTests } = fileSchema.parse(
        JSON.parse(new TextDecoder().decode(readCorpus(`wycheproof/${file}`))),
      )
      const vectors = testGroups.flatMap(({ publicKeyPem, tests }) => tests.map((test) => ({ ...test, publicKeyPem })))
      const disagreements = vectors.filter(
        ({ publicKeyPem, msg, sig, result }) => verdict(publicKeyPem, declaration, msg, sig) !== result,
      )
      expect(vectors).toHaveLength(numberOfTests)
      expect(disagreements.map(({ tcId, comment }) => `${tcId} ${comment}`)).toEqual([])
    })
})
