import { inspect } from 'node:util'
import { openSigner, parsePublicKey } from '@makoto/core'
import { describeSigner, startGcpKms, type TestGcpKms } from '@makoto/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFile } from '../temporary-file.ts'
import { describeRoundTrip } from './round-trip.ts'

function useCredentials({ credentialsJson }: TestGcpKms): void {
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', temporaryFile('account.json', credentialsJson))
}

afterEach(() => vi.unstubAllEnvs())

describe.each(['ecdsa-p256', 'ecdsa-p384'] as const)('Google Cloud KMS: %s', (type) => {
  let kms: TestGcpKms
  beforeAll(async () => {
    kms = await startGcpKms(type)
  })
  afterAll(() => kms.close())
  beforeEach(() => useCredentials(kms))

  const open = () => openSigner(`gcpkms://${kms.keyName}`, { endpoint: kms.url })
  describeSigner(`a key of Google Cloud KMS, ${type},`, open)
  if (type === 'ecdsa-p256')
    describeRoundTrip('a key of Google Cloud KMS', async () => ({ signer: await open(), publicPem: kms.publicPem(10) }))
})

describe('opening a key of Google Cloud KMS', () => {
  async function kmsWith(...options: Parameters<typeof startGcpKms>) {
    const kms = await startGcpKms(...options)
    onTestFinished(kms.close)
    useCredentials(kms)
    return kms
  }

  it('takes the newest version that is enabled, by number', async () => {
    const { url, keyName, publicPem } = await kmsWith()
    const { id } = await openSigner(`gcpkms://${keyName}`, { endpoint: url })
    expect(id).toBe(parsePublicKey(publicPem(10)).id)
  })

  it('takes the version that is asked for', async () => {
    const { url, keyName, publicPem } = await kmsWith()
    for (const versions of ['versions', 'cryptoKeyVersions'])
      expect((await openSigner(`gcpkms://${keyName}/${versions}/3`, { endpoint: url })).id).toBe(
        parsePublicKey(publicPem(3)).id,
      )
  })

  it('shows nothing of the account’s key where it is refused', async () => {
    const kms = await kmsWith()
    const other = await startGcpKms()
    onTestFinished(other.close)
    const error = await openSigner(`gcpkms://${kms.keyName}`, { endpoint: other.url }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'key-unavailable' })
    expect(JSON.stringify(error) + inspect(error, { depth: 9, showHidden: true })).not.toMatch(/eyJ|PRIVATE KEY/)
  })

  it.each(['rsa', 'ed25519'] as const)('refuses a key of type %s', async (type) => {
    const { url, keyName } = await kmsWith(type)
    const opening = openSigner(`gcpkms://${keyName}`, { endpoint: url })
    await expect(opening).rejects.toMatchObject({ code: 'key-unsupported' })
  })

  it.each([
    'gcpkms://',
    'gcpkms://projects/p/cryptoKeys/k',
    'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/versions/x',
  ])('refuses the URI %s', async (uri) => {
    await expect(openSigner(uri)).rejects.toMatchObject({ code: 'key-uri-invalid' })
  })
})
