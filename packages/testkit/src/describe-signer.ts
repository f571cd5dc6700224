import { createPublicKey, hash, verify, X509Certificate } from 'node:crypto'
import type { Signer } from '@makoto/core'
import { describe, expect, it } from 'vitest'

/** The contract that every key provider keeps, checked with node:crypto and none of our own code. */
export function describeSigner(name: string, open: () => Promise<Signer>): void {
  describe(`${name} as a signer`, () => {
    const message = new TextEncoder().encode('DSSEv1 4 test 5 hello')

    it('signs what its own public key verifies', async () => {
      const signer = await open()
      expect(verifies(signer, message, await signer.sign(message))).toBe(true)
    })

    it('signs nothing else', async () => {
      const signer = await open()
      const signature = await signer.sign(message)
      expect(verifies(signer, new TextEncoder().encode('DSSEv1 4 test 5 hellp'), signature)).toBe(false)
    })

    it('is named by the hash of its public key, or by the certificate of that key', async () => {
      const { spki, hint, id, certificate } = await open()
      expect(hint).toBe(hash('sha256', spki, 'base64'))
      if (certificate === undefined) return expect(id).toBe(`spki:sha256:${hash('sha256', spki, 'hex')}`)
      const { publicKey, subjectAltName } = new X509Certificate(certificate)
      expect(publicKey.export({ format: 'der', type: 'spki' }).equals(spki)).toBe(true)
      expect(id).toBe(subjectAltName?.replace(/^(?:URI|email):/, ''))
    })

    it('says which algorithm it signs with', async () => {
      const { algorithm, spki } = await open()
      const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({
        key: Buffer.from(spki),
        format: 'der',
        type: 'spki',
      })
      expect(ALGORITHMS[asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? '']).toBe(algorithm)
    })

    it('signs empty and large messages', async () => {
      const signer = await open()
      for (const bytes of [new Uint8Array(), new Uint8Array(1_000_000).fill(7)])
        expect(verifies(signer, bytes, await signer.sign(bytes))).toBe(true)
    })

    it('signs several messages at once', async () => {
      const signer = await open()
      const messages = Array.from({ length: 8 }, (_, i) => Uint8Array.of(i))
      const signatures = await Promise.all(messages.map((bytes) => signer.sign(bytes)))
      expect(signatures.map((signature, i) => verifies(signer, Uint8Array.of(i), signature))).not.toContain(false)
    })

    it('shows nothing of its private key', async () => {
      const members = Object.keys(await open()).filter((member) => member !== 'certificate')
      expect(members.sort()).toEqual(['algorithm', 'hint', 'id', 'sign', 'spki'])
    })
  })
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  prime256v1: 'ecdsa-p256',
  secp384r1: 'ecdsa-p384',
  ed25519: 'ed25519',
}

const HASHES = { 'ecdsa-p256': 'sha256', 'ecdsa-p384': 'sha384', ed25519: null } as const

function verifies({ algorithm, spki }: Signer, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  return verify(HASHES[algorithm], bytes, { key, dsaEncoding: 'der' }, signature)
}
