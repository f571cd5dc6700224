import { decodeHex, isMakotoError, type KeyDeclaration, parsePublicKey, verifySignature } from '@makoto/core'
import { expect } from 'vitest'
import { describeCorpus } from '../corpora.ts'
import { describeVectors, nameVectors } from '../wycheproof.ts'

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
    describeVectors(file, 'agrees with every vector of', (vectors) => {
      const disagreements = vectors.filter(
        ({ publicKeyPem, msg, sig, result }) => verdict(publicKeyPem, declaration, msg, sig) !== result,
      )
      expect(nameVectors(disagreements)).toEqual([])
    })
})
