import { expect } from 'vitest'
import { decodeHex } from '../../src/encoding.ts'
import { parsePublicKey } from '../../src/key/public-key.ts'
import type { SigningScheme } from '../../src/platform/imported-key.ts'
import * as node from '../../src/platform/node.ts'
import * as web from '../../src/platform/web.ts'
import { describeCorpus } from '../corpora.ts'
import { describeVectors, nameVectors } from '../wycheproof.ts'

const FILES: Record<string, SigningScheme> = {
  'ecdsa_secp256r1_sha256_test.json': { hash: 'sha256' },
  'ed25519_test.json': { hash: null },
  'rsa_pss_2048_sha256_mgf1_32_test.json': { hash: 'sha256', padding: 'pss' },
}

const PLATFORMS = [
  ['node', node],
  ['web', web],
] as const

describeCorpus('signatures of Wycheproof', 'wycheproof', () => {
  for (const [name, { importPublicKey, verifyWithKey }] of PLATFORMS)
    for (const [file, scheme] of Object.entries(FILES))
      describeVectors(file, `${name} agrees with every vector of`, (vectors) => {
        const disagreements = vectors.filter(({ publicKeyPem, msg, sig, result }) => {
          const key = importPublicKey(parsePublicKey(publicKeyPem).spki)
          return verifyWithKey(key, scheme, decodeHex(msg), decodeHex(sig)) !== (result === 'valid')
        })
        expect(nameVectors(disagreements)).toEqual([])
      })
})
