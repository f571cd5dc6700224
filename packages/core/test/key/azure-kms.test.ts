import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { inspect } from 'node:util'
import { openSigner } from '@makoto/core'
import { describeSigner, startAzureKeyVault, type TestAzureKeyVault } from '@makoto/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { describeRoundTrip } from './round-trip.ts'

const usual = getCACertificates('default')

function useVault({ environment, rootPem }: TestAzureKeyVault): void {
  setDefaultCACertificates([...usual, rootPem])
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential')
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
}

afterEach(() => vi.unstubAllEnvs())
afterAll(() => setDefaultCACertificates(usual))

describe.each(['ecdsa-p256', 'ecdsa-p384'] as const)('Azure Key Vault: %s', (type) => {
  let vault: TestAzureKeyVault
  beforeAll(async () => {
    vault = await startAzureKeyVault(type)
  })
  afterAll(() => vault.close())
  beforeEach(() => useVault(vault))

  const open = () => openSigner(`azurekms://${vault.host}/${vault.keyName}`)
  describeSigner(`a key of Azure Key Vault, ${type},`, open)
  if (type === 'ecdsa-p256')
    describeRoundTrip('a key of Azure Key Vault', async () => ({ signer: await open(), publicPem: vault.publicPem }))
})

describe('opening a key of Azure Key Vault', () => {
  async function vaultWith(...options: Parameters<typeof startAzureKeyVault>) {
    const vault = await startAzureKeyVault(...options)
    onTestFinished(vault.close)
    useVault(vault)
    return vault
  }

  it('is the same with its version', async () => {
    const { host, keyName, version } = await vaultWith()
    const current = await openSigner(`azurekms://${host}/${keyName}`)
    expect((await openSigner(`azurekms://${host}/${keyName}/${version}`)).id).toBe(current.id)
  })

  it('says what the vault said, and no token', async () => {
    const { host, token } = await vaultWith('ecdsa-p256', 'denied')
    const error = await openSigner(`azurekms://${host}/makoto-test`).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'key-unavailable', message: expect.stringContaining('not authorized') })
    expect(JSON.stringify(error) + inspect(error, { depth: 9, showHidden: true })).not.toContain(token)
  })

  it('says what its SDK does not take of the environment', async () => {
    const { host, keyName } = await vaultWith()
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'nobody')
    await expect(openSigner(`azurekms://${host}/${keyName}`)).rejects.toMatchObject({
      code: 'key-unavailable',
      message: expect.stringContaining('AZURE_TOKEN_CREDENTIALS'),
    })
  })

  it('says that there is no such key', async () => {
    const { host } = await vaultWith()
    await expect(openSigner(`azurekms://${host}/other`)).rejects.toMatchObject({ code: 'key-unavailable' })
  })

  it('refuses an RSA key', async () => {
    const { host, keyName } = await vaultWith('rsa')
    await expect(openSigner(`azurekms://${host}/${keyName}`)).rejects.toMatchObject({ code: 'key-unsupported' })
  })

  it.each([
    'azurekms://',
    'azurekms://vault',
    'azurekms://u@vault/key',
    'azurekms://vault/key/v/x',
    'azurekms://vault/a_b',
    'azurekms://[/key',
  ])('refuses the URI %s', async (uri) => {
    await expect(openSigner(uri)).rejects.toMatchObject({ code: 'key-uri-invalid' })
  })
})
