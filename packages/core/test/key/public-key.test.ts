import { generateKeyPairSync, hash } from 'node:crypto'
import { formatPem, parsePublicKey } from '@makoto/core'
import { describe, expect, it } from 'vitest'

const spkiPem = (publicKey: { export(options: { format: 'pem'; type: 'spki' }): string | Buffer }) =>
  publicKey.export({ format: 'pem', type: 'spki' }).toString()

const P256 = spkiPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)

describe('a trusted public key', () => {
  it('is named by the SHA-256 of its DER', () => {
    const { spki, id, hint } = parsePublicKey(P256)
    expect(id).toBe(`spki:sha256:${hash('sha256', spki, 'hex')}`)
    expect(hint).toBe(hash('sha256', spki, 'base64'))
  })

  it.each([
    ['P-256', P256, 'ecdsa-p256', 'sha256'],
    ['P-384', spkiPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey), 'ecdsa-p384', 'sha384'],
    ['Ed25519', spkiPem(generateKeyPairSync('ed25519').publicKey), 'ed25519', null],
    ['RSA', spkiPem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey), 'rsa-pss', 'sha256'],
  ])('has one algorithm by its type: %s', (_, pem, algorithm, digest) => {
    expect(parsePublicKey(pem)).toMatchObject({ algorithm, hash: digest })
  })

  it('has another where its owner declares it', () => {
    const rsa = spkiPem(generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey)
    expect(parsePublicKey(rsa, { padding: 'pkcs1', hash: 'sha512' })).toMatchObject({
      algorithm: 'rsa-pkcs1',
      hash: 'sha512',
    })
  })

  it.each([
    ['P-521', spkiPem(generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey)],
    ['secp256k1', spkiPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    ['RSA of 1024 bits', spkiPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['RSA with exponent 3', spkiPem(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey)],
    ['X25519', spkiPem(generateKeyPairSync('x25519').publicKey)],
  ])('is refused where it is %s', (_, pem) => {
    expect(() => parsePublicKey(pem)).toThrow(expect.objectContaining({ code: 'key-unsupported' }))
  })

  it.each([
    ['empty', ''],
    ['a certificate', formatPem('CERTIFICATE', Uint8Array.of(0x30, 0))],
    ['not DER', formatPem('PUBLIC KEY', Uint8Array.of(1, 2, 3))],
    ['two keys', P256 + P256],
    ['followed by other bytes', formatPem('PUBLIC KEY', new Uint8Array([...parsePublicKey(P256).spki, 0]))],
  ])('is refused where the file is %s', (_, pem) => {
    expect(() => parsePublicKey(pem)).toThrow(expect.objectContaining({ code: 'key-invalid' }))
  })
})
