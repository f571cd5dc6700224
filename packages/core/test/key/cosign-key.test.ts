import { createPrivateKey } from 'node:crypto'
import {
  decodeBase64,
  encryptKey,
  formatPem,
  generateKey,
  openSigner,
  parsePublicKey,
  verifySignature,
} from '@makoto/core'
import { describe, expect, it } from 'vitest'
import { corpusPath, describeCorpus, readCorpus } from '../corpora.ts'
import { temporaryFile } from '../temporary-file.ts'

describeCorpus('a key that cosign encrypted', 'cosign', () => {
  it('opens with its password and is the published key', async () => {
    const signer = await openSigner(corpusPath('cosign/cosign.key'), { password: 'makoto-test' })
    const published = parsePublicKey(readCorpus('cosign/cosign.pub'))
    expect(signer.id).toBe(published.id)
    expect(verifySignature(published, Uint8Array.of(1), await signer.sign(Uint8Array.of(1)))).toBe(true)
  })

  it('stays closed without it', async () => {
    const opening = openSigner(corpusPath('cosign/cosign.key'), { password: 'makoto-tset' })
    await expect(opening).rejects.toMatchObject({ code: 'password-wrong' })
  })

  it('has the form that we write', async () => {
    const { privateKeyPem } = await generateKey({ password: 'secret' })
    const theirs = new TextDecoder().decode(readCorpus('cosign/cosign.key'))
    expect(shapeOf(privateKeyPem)).toEqual(shapeOf(theirs))
  })
})

/** Everything that cosign's reader looks at: label, order of fields, names, parameters, lengths. */
function shapeOf(pem: string): unknown {
  const { kdf, cipher, ciphertext } = readDocument(pem)
  return {
    label: pem.split('\n')[0],
    longestLine: Math.max(
      ...pem
        .split('\n')
        .slice(1, -2)
        .map((line) => line.length),
    ),
    kdf: { ...kdf, salt: decodeBase64(kdf.salt).length },
    cipher: { ...cipher, nonce: decodeBase64(cipher.nonce).length },
    ciphertext: decodeBase64(ciphertext).length,
  }
}

interface Document {
  kdf: { name: string; params: Record<string, number>; salt: string }
  cipher: { name: string; nonce: string }
  ciphertext: string
}

function readDocument(pem: string): Document {
  return JSON.parse(Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\n/g, ''), 'base64').toString())
}

describe('an encrypted key from outside', () => {
  const hostile = async (change: (document: Document) => void, label = 'ENCRYPTED SIGSTORE PRIVATE KEY') => {
    const document = readDocument((await generateKey({ password: 'secret' })).privateKeyPem)
    change(document)
    const path = temporaryFile('key.pem', formatPem(label, Buffer.from(JSON.stringify(document))))
    return openSigner(path, { password: 'secret' })
  }

  it('opens under the older label too', async () => {
    expect((await hostile(() => {}, 'ENCRYPTED COSIGN PRIVATE KEY')).algorithm).toBe('ecdsa-p256')
  })

  const changes: [string, (document: Document) => void, string][] = [
    ['asks for gigabytes', ({ kdf }) => Object.assign(kdf.params, { N: 2 ** 26 }), 'key-invalid'],
    ['asks for years', ({ kdf }) => Object.assign(kdf.params, { p: 1_000_000 }), 'key-invalid'],
    ['names another derivation', ({ kdf }) => Object.assign(kdf, { name: 'pbkdf2' }), 'key-invalid'],
    ['names another cipher', ({ cipher }) => Object.assign(cipher, { name: 'none' }), 'key-invalid'],
    ['has a short nonce', ({ cipher }) => Object.assign(cipher, { nonce: 'AAAA' }), 'key-invalid'],
    [
      'has a nonce of a byte less',
      ({ cipher }) => Object.assign(cipher, { nonce: `${'A'.repeat(31)}=` }),
      'key-invalid',
    ],
    ['is not base64', (document) => Object.assign(document, { ciphertext: 'A_==' }), 'key-invalid'],
    ['lacks its salt', ({ kdf }) => Object.assign(kdf, { salt: '' }), 'key-invalid'],
    ['was cut', (document) => Object.assign(document, { ciphertext: 'AAAA' }), 'password-wrong'],
  ]

  it.each(changes)('is refused where it %s', async (_, change, code) => {
    await expect(hostile(change)).rejects.toMatchObject({ code })
  })

  it('gives back the very key that was encrypted', async () => {
    const { privateKeyPem, id } = await generateKey({ algorithm: 'ed25519' })
    const pkcs8 = createPrivateKey(privateKeyPem).export({ format: 'der', type: 'pkcs8' })
    const path = temporaryFile('key.pem', await encryptKey(pkcs8, 'パスワード'))
    expect((await openSigner(path, { password: 'パスワード' })).id).toBe(id)
  })
})
