import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSigner, parsePublicKey, verifySignature } from '@makoto/core'
import { startVault } from '@makoto/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeFolder, makoto } from './makoto.ts'

describe('key generate', () => {
  test('makes a pair that belongs together, for the owner alone', async () => {
    const cwd = makeFolder()
    const { code, stdout, stderr } = await makoto(['key', 'generate', '--out', 'spark'], { cwd })
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^spki:sha256:[0-9a-f]{64} {2}spark\.pub\n$/),
    })
    expect(stderr).toContain('not encrypted')
    expect(statSync(join(cwd, 'spark.key')).mode & 0o777).toBe(0o600)
    const signature = sign('sha256', Buffer.from('x'), createPrivateKey(readFileSync(join(cwd, 'spark.key'))))
    const publicKey = createPublicKey(readFileSync(join(cwd, 'spark.pub')))
    expect(publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    expect(verify('sha256', Buffer.from('x'), publicKey, signature)).toBe(true)
  })

  test('names the key by the SHA-256 of its SubjectPublicKeyInfo, as openssl computes it', async () => {
    const cwd = makeFolder()
    const { stdout } = await makoto(['key', 'generate', '--out', 'k', '--type', 'ed25519', '--json'], { cwd })
    const line = 'openssl pkey -pubin -in k.pub -outform DER | sha256sum'
    const [hex] = execFileSync('bash', ['-c', line], { cwd, encoding: 'utf8' }).split(' ')
    expect(JSON.parse(stdout)).toMatchObject({ algorithm: 'ed25519', id: `spki:sha256:${hex}`, encrypted: false })
  })

  test('never replaces a key', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'spark.key'), 'precious')
    const { code, stderr } = await makoto(['key', 'generate', '--out', 'spark'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('spark.key is there already')
    expect(readFileSync(join(cwd, 'spark.key'), 'utf8')).toBe('precious')
  })

  test('leaves no private key behind where the public one would replace another', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'spark.pub'), 'precious')
    expect(await makoto(['key', 'generate', '--out', 'spark'], { cwd })).toMatchObject({ code: 2 })
    expect(existsSync(join(cwd, 'spark.key'))).toBe(false)
    expect(readFileSync(join(cwd, 'spark.pub'), 'utf8')).toBe('precious')
  })

  test('encrypts as cosign does, and the core opens it with the password alone', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'password'), 'correct horse\n')
    const { code } = await makoto(['key', 'generate', '--out', 'k', '--password-file', 'password'], { cwd })
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'k.key'), 'utf8')).toContain('BEGIN ENCRYPTED SIGSTORE PRIVATE KEY')
    const signer = await openSigner(join(cwd, 'k.key'), { password: 'correct horse' })
    const message = new TextEncoder().encode('x')
    const publicKey = parsePublicKey(readFileSync(join(cwd, 'k.pub'), 'utf8'))
    expect(verifySignature(publicKey, message, await signer.sign(message))).toBe(true)
    await expect(openSigner(join(cwd, 'k.key'), { password: 'battery' })).rejects.toMatchObject({
      code: 'password-wrong',
    })
  })
})

describe('key inspect', () => {
  test('says the same of both halves', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'password'), 'correct horse')
    await makoto(['key', 'generate', '--out', 'k', '--password-file', 'password'], { cwd })
    const secret = await makoto(['key', 'inspect', 'k.key', '--password-file', 'password'], { cwd })
    const open = await makoto(['key', 'inspect', 'k.pub'], { cwd })
    expect(secret.stdout.replace('private key, encrypted', 'public key')).toBe(open.stdout)
    expect(open.stdout).toMatch(/^spki:sha256:[0-9a-f]{64}\ntype {7}ecdsa-p256, public key\nhint {7}\S{44}\n$/)
  })

  test.each([
    ['a wrong password', 'battery'],
    ['an empty password', ''],
  ])('%s is a usage error that does not repeat it', async (_, password) => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'password'), 'correct horse')
    writeFileSync(join(cwd, 'other'), password)
    await makoto(['key', 'generate', '--out', 'k', '--password-file', 'password'], { cwd })
    const { code, stderr } = await makoto(['key', 'inspect', 'k.key', '--password-file', 'other'], { cwd })
    expect(code).toBe(2)
    expect(stderr).not.toContain('battery')
  })

  test('what is no key is a usage error', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'k.pub'), 'hello')
    expect(await makoto(['key', 'inspect', 'k.pub'], { cwd })).toMatchObject({ code: 2 })
    expect(await makoto(['key', 'inspect', 'absent.pub'], { cwd })).toMatchObject({ code: 2 })
  })
})

describe('a password file', () => {
  const generate = ['key', 'generate', '--out', 'k', '--password-file', 'password']
  const inspect = ['key', 'inspect', 'k.key', '--password-file', 'password']

  test('has no other password for a byte order mark', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'password'), '\ufeffcorrect horse\r\n')
    await makoto(generate, { cwd })
    expect(await makoto(inspect, { cwd })).toMatchObject({ code: 0 })
    await expect(openSigner(join(cwd, 'k.key'), { password: 'correct horse' })).resolves.toHaveProperty('id')
  })

  test('of bytes that are no text makes no key, and opens none', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'password'), 'correct horse')
    await makoto(generate, { cwd })
    writeFileSync(join(cwd, 'password'), Buffer.from([0xff, 0xfe, 0x80]))
    const again = await makoto(generate.with(3, 'other'), { cwd })
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('password is not UTF-8 text') })
    expect(existsSync(join(cwd, 'other.key'))).toBe(false)
    expect(await makoto(inspect, { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('password is not UTF-8 text'),
    })
  })
})

describe('key public', () => {
  test('prints what key generate wrote beside the private key', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'password'), 'correct horse')
    await makoto(['key', 'generate', '--out', 'k', '--password-file', 'password'], { cwd })
    const { code, stdout } = await makoto(['key', 'public', '--key', 'k.key', '--password-file', 'password'], { cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: readFileSync(join(cwd, 'k.pub'), 'utf8') })
  })

  test('prints the public half of a key elsewhere, and inspect says where that is', async () => {
    const cwd = makeFolder()
    const vault = await startVault()
    onTestFinished(vault.close)
    writeFileSync(join(cwd, 'token'), vault.token)
    const access = ['--password-file', 'token', '--key-endpoint', vault.url]
    const uri = `hashivault://${vault.keyName}`
    const { stdout } = await makoto(['key', 'public', '--key', uri, ...access], { cwd })
    expect(stdout).toBe(vault.publicPem())
    const inspected = await makoto(['key', 'inspect', uri, ...access], { cwd })
    expect(inspected.stdout).toContain('type       ecdsa-p256, private key, hashivault\n')
    expect(inspected.stdout).toContain(parsePublicKey(stdout).id)
  })

  test('says what is missing', async () => {
    const cwd = makeFolder()
    expect(await makoto(['key', 'public', '--key', 'hashivault://k'], { cwd, env: { VAULT_ADDR: '' } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('VAULT_ADDR'),
    })
    expect(await makoto(['key', 'public', '--key', 'pkcs11:object=k'], { cwd })).toMatchObject({ code: 2 })
  })
})
