import { createPrivateKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodeHex,
  encodeHex,
  formatPem,
  generateKey,
  type OpenSignerOptions,
  openSigner,
  parsePublicKey,
  type SigningAlgorithm,
  verifySignature,
} from '@makoto/core'
import { describeSigner } from '@makoto/testkit'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'makoto-keys-'))
let files = 0

function keyFile(pem: string): string {
  const path = join(folder, `key-${files++}.pem`)
  writeFileSync(path, pem)
  return path
}

async function openGenerated(algorithm: SigningAlgorithm, options: OpenSignerOptions = {}) {
  const { password } = options
  const secret = typeof password === 'string' ? { password } : {}
  return openSigner(keyFile((await generateKey({ algorithm, ...secret })).privateKeyPem), options)
}

afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeSigner('a P-256 key in a file', () => openGenerated('ecdsa-p256'))
describeSigner('a P-384 key in a file', () => openGenerated('ecdsa-p384'))
describeSigner('an Ed25519 key in a file', () => openGenerated('ed25519'))
describeSigner('an encrypted P-256 key in a file', () => openGenerated('ecdsa-p256', { password: 'correct horse' }))

describe('opening a key', () => {
  it('takes a file: URI and a plain path alike', async () => {
    const { privateKeyPem, id } = await generateKey()
    const path = keyFile(privateKeyPem)
    expect((await openSigner(path)).id).toBe(id)
    expect((await openSigner(`file:${path}`)).id).toBe(id)
    expect((await openSigner(`file://${path}`)).id).toBe(id)
  })

  it('takes a percent sign in a path for what it is, as the agent does', async () => {
    const { privateKeyPem, id } = await generateKey()
    const path = join(folder, 'the%20key.pem')
    writeFileSync(path, privateKeyPem)
    expect((await openSigner(`file:${path}`)).id).toBe(id)
  })

  it('reads the password from a file, less its last newline', async () => {
    const { privateKeyPem, id } = await generateKey({ password: 'correct horse' })
    const password = { file: keyFile('correct horse\n') }
    expect((await openSigner(keyFile(privateKeyPem), { password })).id).toBe(id)
  })

  it('reads COSIGN_PASSWORD and warns of it', async () => {
    const { privateKeyPem, id } = await generateKey({ password: 'from the environment' })
    vi.stubEnv('COSIGN_PASSWORD', 'from the environment')
    const warnings: string[] = []
    const signer = await openSigner(keyFile(privateKeyPem), { onWarning: (warning) => warnings.push(warning) })
    expect(signer.id).toBe(id)
    expect(warnings.join()).toContain('COSIGN_PASSWORD')
  })

  it('leaves the environment alone where the key is in clear', async () => {
    vi.stubEnv('COSIGN_PASSWORD', 'unused')
    const onWarning = vi.fn()
    await openSigner(keyFile((await generateKey()).privateKeyPem), { onWarning })
    expect(onWarning).not.toHaveBeenCalled()
  })

  it('asks for the password of an encrypted key', async () => {
    const { privateKeyPem } = await generateKey({ password: 'correct horse' })
    vi.stubEnv('COSIGN_PASSWORD', undefined)
    await expect(openSigner(keyFile(privateKeyPem))).rejects.toMatchObject({ code: 'password-missing' })
  })

  it('says that a password is wrong', async () => {
    const { privateKeyPem } = await generateKey({ password: 'correct horse' })
    const opening = openSigner(keyFile(privateKeyPem), { password: 'incorrect horse' })
    await expect(opening).rejects.toMatchObject({ code: 'password-wrong' })
  })

  const refused: [string, () => string, string][] = [
    ['a missing file', () => join(folder, 'nowhere.pem'), 'key-unreadable'],
    ['a file on another machine', () => 'file://vault/spark.pem', 'key-unreadable'],
    ['a scheme of the agent alone', () => 'databricks://secrets/scope/key', 'key-unsupported'],
    ['an RSA key', () => keyFile(pkcs8('rsa')), 'key-unsupported'],
    ['another curve', () => keyFile(pkcs8('secp256k1')), 'key-unsupported'],
    ['a SEC1 key', () => keyFile(formatPem('EC PRIVATE KEY', Uint8Array.of(1))), 'key-unsupported'],
    ['something that is no key', () => keyFile('hello'), 'key-unsupported'],
    ['a broken PKCS#8', () => keyFile(formatPem('PRIVATE KEY', Uint8Array.of(0x30, 0))), 'key-invalid'],
    ['a file too large for a key', () => keyFile('x'.repeat(70_000)), 'limit-exceeded'],
  ]

  it.each(refused)('refuses %s', async (_, path, code) => {
    await expect(openSigner(path())).rejects.toMatchObject({ code })
  })

  it('repeats nothing of a broken key in its error', async () => {
    const { privateKeyPem } = await generateKey()
    const secret = privateKeyPem.split('\n')[1] ?? ''
    const broken = privateKeyPem.replace('MIG', 'MIA')
    const error = await openSigner(keyFile(broken)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'key-invalid' })
    expect(JSON.stringify(error)).not.toContain(secret.slice(8, 24))
  })
})

function pkcs8(kind: 'rsa' | 'secp256k1'): string {
  const { privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: kind })
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

describe('Ed25519 of RFC 8032 §7.1', () => {
  const vectors = [
    {
      secret: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      message: '',
      signature:
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    },
    {
      secret: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      message: '72',
      signature:
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    },
  ]

  it.each(vectors)('signs and verifies the message "$message"', async ({ secret, publicKey, message, signature }) => {
    const pem = formatPem('PRIVATE KEY', decodeHex(`302e020100300506032b657004220420${secret}`))
    const signer = await openSigner(keyFile(pem))
    expect(encodeHex(signer.spki)).toBe(`302a300506032b6570032100${publicKey}`)
    expect(encodeHex(await signer.sign(decodeHex(message)))).toBe(signature)
    const key = parsePublicKey(formatPem('PUBLIC KEY', signer.spki))
    expect(verifySignature(key, decodeHex(message), decodeHex(signature))).toBe(true)
  })
})

describe('a generated key', () => {
  it('is ECDSA P-256 and opens elsewhere', async () => {
    const { algorithm, privateKeyPem, publicKeyPem } = await generateKey()
    expect(algorithm).toBe('ecdsa-p256')
    expect(createPrivateKey(privateKeyPem).asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    const signature = await (await openSigner(keyFile(privateKeyPem))).sign(Uint8Array.of(1))
    expect(verify('sha256', Uint8Array.of(1), publicKeyPem, signature)).toBe(true)
  })
})
