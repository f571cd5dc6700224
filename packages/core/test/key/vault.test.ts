import { inspect } from 'node:util'
import { openSigner } from '@makoto/core'
import { describeSigner, startVault, type TestVault, type VaultOptions } from '@makoto/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeDirectory } from '../temporary-directory.ts'
import { temporaryFile } from '../temporary-file.ts'
import { describeRoundTrip } from './round-trip.ts'

afterEach(() => vi.unstubAllEnvs())

describe.each(['ecdsa-p256', 'ecdsa-p384', 'ed25519'] as const)('Vault: %s', (type) => {
  let vault: TestVault
  beforeAll(async () => {
    vault = await startVault({ type })
  })
  afterAll(() => vault.close())

  const open = () => openSigner(`hashivault://${vault.keyName}`, { endpoint: vault.url, password: vault.token })
  describeSigner(`a key of Vault's transit engine, ${type},`, open)
  if (type === 'ecdsa-p256')
    describeRoundTrip('a key of Vault', async () => ({ signer: await open(), publicPem: vault.publicPem() }))
})

describe('opening a key of Vault', () => {
  async function vaultWith(options: VaultOptions = {}) {
    const vault = await startVault(options)
    onTestFinished(vault.close)
    return { ...vault, uri: `hashivault://${vault.keyName}` }
  }

  it('finds server, mount, namespace and token where its own command line does', async () => {
    const { url, token, uri } = await vaultWith({ mount: 'data/signing', namespace: 'team-a' })
    vi.stubEnv('VAULT_ADDR', url)
    vi.stubEnv('VAULT_TOKEN', token)
    vi.stubEnv('VAULT_NAMESPACE', 'team-a')
    vi.stubEnv('TRANSIT_SECRET_ENGINE_PATH', 'data/signing/')
    expect((await openSigner(uri)).algorithm).toBe('ecdsa-p256')
  })

  it('takes the token from a file', async () => {
    const { url, token, uri } = await vaultWith()
    const signer = await openSigner(uri, { endpoint: url, password: { file: temporaryFile('token', `${token}\n`) } })
    expect(await signer.sign(Uint8Array.of(1))).toHaveProperty('length')
  })

  it('keeps the path that its address has, behind a gateway', async () => {
    const { url, token, uri } = await vaultWith({ path: '/gateway/vault' })
    for (const address of [`${url}/gateway/vault`, `${url}/gateway/vault/`]) {
      const signer = await openSigner(uri, { endpoint: address, password: token })
      expect(await signer.sign(Uint8Array.of(1))).toHaveProperty('length')
    }
    await expect(openSigner(uri, { endpoint: url, password: token })).rejects.toMatchObject({ code: 'key-unavailable' })
  })

  it('takes what is empty for what is not set', async () => {
    const { url, token, uri } = await vaultWith()
    const home = makeDirectory({ '.vault-token': token })
    vi.stubEnv('HOME', home)
    for (const name of ['VAULT_TOKEN', 'VAULT_NAMESPACE', 'TRANSIT_SECRET_ENGINE_PATH']) vi.stubEnv(name, '')
    vi.stubEnv('VAULT_ADDR', url)
    expect((await openSigner(uri)).algorithm).toBe('ecdsa-p256')
    vi.stubEnv('VAULT_ADDR', '')
    await expect(openSigner(uri)).rejects.toThrow('address of Vault is not known')
  })

  it.each([
    ['a token', 'hvs.SECRET\nhvs.SECRET', {}],
    ['a token with a space', 'hvs.SECRET x', {}],
    ['a namespace', 'hvs.x', { VAULT_NAMESPACE: 'SECRET\nx' }],
  ])('repeats nothing of %s that is not one line', async (_, token, environment) => {
    const { url, uri } = await vaultWith()
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    for (const password of [token, { file: temporaryFile('token', `${token}\n`) }]) {
      const error = await openSigner(uri, { endpoint: url, password }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'key-unavailable', message: expect.stringContaining('is not one line') })
      expect(JSON.stringify(error) + inspect(error, { depth: 9, showHidden: true })).not.toContain('SECRET')
    }
  })

  it('sends no token in clear to another machine', async () => {
    vi.stubEnv('VAULT_ADDR', 'http://vault.example:8200')
    await expect(openSigner('hashivault://key', { password: 'hvs.x' })).rejects.toMatchObject({
      code: 'options-invalid',
    })
  })

  it('signs with the version that it opened, also after a rotation', async () => {
    const { url, token, uri, rotate, publicPem } = await vaultWith()
    const signer = await openSigner(uri, { endpoint: url, password: token })
    const before = publicPem()
    rotate()
    expect(publicPem()).not.toBe(before)
    await expect(signer.sign(Uint8Array.of(1))).resolves.toBeInstanceOf(Uint8Array)
  })

  it('gives away no signature of another key than the one that was shown', async () => {
    const { url, token, uri, betray } = await vaultWith()
    const signer = await openSigner(uri, { endpoint: url, password: token })
    betray()
    await expect(signer.sign(Uint8Array.of(1))).rejects.toMatchObject({ code: 'signing-failed' })
  })

  it('repeats the server’s words and not the token', async () => {
    const { url, uri } = await vaultWith()
    const error = await openSigner(uri, { endpoint: url, password: 'hvs.WRONGTOKEN' }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'key-unavailable', message: expect.stringContaining('permission denied') })
    expect(JSON.stringify(error) + inspect(error, { depth: 9, showHidden: true })).not.toContain('WRONGTOKEN')
  })

  it.each([
    ['a key that signs no statement', { type: 'rsa' }, 'key-unsupported'],
    ['a mount that is not there', { mount: 'elsewhere' }, 'key-unavailable'],
    ['another namespace', { namespace: 'team-b' }, 'key-unavailable'],
  ] satisfies [string, VaultOptions, string][])('refuses %s', async (_, options, code) => {
    const { url, token, uri } = await vaultWith(options)
    await expect(openSigner(uri, { endpoint: url, password: token })).rejects.toMatchObject({ code })
  })

  it.each(['hashivault://', 'hashivault://a/b', 'hashivault://../keys/other', 'hashivault://key?x=1'])(
    'refuses the URI %s',
    async (uri) => {
      await expect(openSigner(uri, { endpoint: 'http://127.0.0.1:9' })).rejects.toMatchObject({
        code: 'key-uri-invalid',
      })
    },
  )

  it('says that it does not know where Vault is', async () => {
    vi.stubEnv('VAULT_ADDR', undefined)
    await expect(openSigner('hashivault://key')).rejects.toMatchObject({ code: 'key-unavailable' })
  })
})
