import { inspect } from 'node:util'
import { openSigner } from '@makoto/core'
import { describeSigner, startAwsKms, type TestAwsKms } from '@makoto/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { describeRoundTrip } from './round-trip.ts'

function useCredentials({ credentials, region }: TestAwsKms, secret = credentials.secretAccessKey): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret)
  vi.stubEnv('AWS_REGION', region)
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1')
}

afterEach(() => vi.unstubAllEnvs())

describe.each(['ecdsa-p256', 'ecdsa-p384'] as const)('AWS KMS: %s', (type) => {
  let kms: TestAwsKms
  beforeAll(async () => {
    kms = await startAwsKms(type)
  })
  afterAll(() => kms.close())
  beforeEach(() => useCredentials(kms))

  const open = () => openSigner(`awskms:///${kms.alias}`, { endpoint: kms.url })
  describeSigner(`a key of AWS KMS, ${type},`, open)
  if (type === 'ecdsa-p256')
    describeRoundTrip('a key of AWS KMS', async () => ({ signer: await open(), publicPem: kms.publicPem }))
})

describe('opening a key of AWS KMS', () => {
  async function kmsWith(...options: Parameters<typeof startAwsKms>) {
    const kms = await startAwsKms(...options)
    onTestFinished(kms.close)
    useCredentials(kms)
    return kms
  }

  it('is the same by id, alias, ARN and the kms: spelling', async () => {
    const { url, keyId, alias, arn } = await kmsWith()
    vi.stubEnv('AWS_ENDPOINT_URL_KMS', url)
    const uris = [`awskms:///${keyId}`, `awskms:///${alias}`, `awskms:///${arn}`, `kms://aws/${alias}`]
    const ids = await Promise.all(uris.map(async (uri) => (await openSigner(uri)).id))
    expect(new Set(ids).size).toBe(1)
  })

  it('takes the region from an ARN', async () => {
    const { url, arn } = await kmsWith()
    vi.stubEnv('AWS_REGION', 'us-east-1')
    await expect(openSigner(`awskms:///${arn}`, { endpoint: url })).resolves.toHaveProperty('id')
  })

  it('stays with the key that the alias named when it was opened', async () => {
    const { url, alias, moveAlias } = await kmsWith()
    const signer = await openSigner(`awskms:///${alias}`, { endpoint: url })
    moveAlias()
    await expect(signer.sign(Uint8Array.of(1))).resolves.toBeInstanceOf(Uint8Array)
    expect((await openSigner(`awskms:///${alias}`, { endpoint: url })).id).not.toBe(signer.id)
  })

  it('says what AWS said, and no secret', async () => {
    const kms = await kmsWith()
    useCredentials(kms, 'another/secret+of0000000000000000000000')
    const error = await openSigner(`awskms:///${kms.alias}`, { endpoint: kms.url }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'key-unavailable', message: expect.stringContaining('does not hold') })
    const shown = JSON.stringify(error) + inspect(error, { depth: 9, showHidden: true })
    expect(shown).not.toContain('another/secret')
    expect(shown).not.toContain(kms.credentials.accessKeyId)
  })

  it.each([
    ['an RSA key', 'rsa', 'SIGN_VERIFY'],
    ['an Ed25519 key, for which AWS takes few bytes', 'ed25519', 'SIGN_VERIFY'],
    ['a key for encrypting', 'ecdsa-p256', 'KEY_AGREEMENT'],
  ] as const)('refuses %s', async (_, type, usage) => {
    const { url, alias } = await kmsWith(type, usage)
    await expect(openSigner(`awskms:///${alias}`, { endpoint: url })).rejects.toMatchObject({ code: 'key-unsupported' })
  })

  it.each(['awskms:///', 'awskms://alias/x', 'awskms:///key', 'awskms://user@host/alias/x', 'awskms:///alias/a?b'])(
    'refuses the URI %s',
    async (uri) => {
      await expect(openSigner(uri)).rejects.toMatchObject({ code: 'key-uri-invalid' })
    },
  )
})
