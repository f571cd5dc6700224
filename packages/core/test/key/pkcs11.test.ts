import { inspect } from 'node:util'
import { openSigner } from '@makoto/core'
import { describeSigner } from '@makoto/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFile } from '../temporary-file.ts'
import { describeRoundTrip } from './round-trip.ts'
import { makeSoftToken, SOFT_TOKEN_PIN, type SoftToken, whyNoSoftToken } from './soft-token.ts'

const missing = whyNoSoftToken()
if (missing !== undefined) console.info(`skipped: keys in a PKCS#11 token: ${missing}`)

describe.skipIf(missing !== undefined)('PKCS#11, with SoftHSM2', () => {
  let token: SoftToken
  beforeAll(() => {
    token = makeSoftToken([
      { label: 'spark key', type: 'P-256' },
      { label: 'large', type: 'P-384' },
      { label: 'twin', type: 'P-256' },
      { label: 'twin', type: 'P-256' },
      { label: 'edwards', type: 'Ed25519' },
    ])
  })
  afterAll(() => token?.close())

  const uriOf = (key: string, module = token.modulePath) => `pkcs11:token=makoto;${key}?module-path=${module}`
  const open = (key: string) => openSigner(uriOf(key), { password: SOFT_TOKEN_PIN })

  describeSigner('a P-256 key in a token', () => open('object=spark%20key'))
  describeSigner('a P-384 key in a token', () => open('object=large'))
  describeSigner('an Ed25519 key in a token', () => open('object=edwards'))
  describeRoundTrip('a key in a token', async () => ({
    signer: await open('object=spark%20key'),
    publicPem: token.publicPem['spark key'] ?? '',
  }))

  it('is found by its id as well', async () => {
    expect((await open('id=%01')).id).toBe((await open('object=spark%20key;id=%01')).id)
    expect((await open('id=%02')).algorithm).toBe('ecdsa-p384')
  })

  it('takes the PIN from the file that the URI names', async () => {
    const file = temporaryFile('pin', `${SOFT_TOKEN_PIN}\n`)
    const signer = await openSigner(`${uriOf('object=large')}&pin-source=file:${file}`)
    expect(signer.algorithm).toBe('ecdsa-p384')
  })

  it.each([
    ['no PIN', 'object=large', undefined, 'password-missing'],
    ['no such key', 'object=other', SOFT_TOKEN_PIN, 'key-unavailable'],
    ['a label and an id of two keys', 'object=large;id=%01', SOFT_TOKEN_PIN, 'key-unavailable'],
    ['the label of two keys', 'object=twin', SOFT_TOKEN_PIN, 'key-unavailable'],
    ['another token', 'object=large;serial=ffff', SOFT_TOKEN_PIN, 'key-unavailable'],
    ['another model', 'object=large;model=none', SOFT_TOKEN_PIN, 'key-unavailable'],
  ])('is refused with %s', async (_, key, password, code) => {
    const opening = openSigner(uriOf(key), password === undefined ? {} : { password })
    await expect(opening).rejects.toMatchObject({ code })
  })

  it('says that the PIN is wrong', async () => {
    const uri = `pkcs11:token=locked;object=large?module-path=${token.modulePath}`
    await expect(openSigner(uri, { password: '000000' })).rejects.toMatchObject({ code: 'password-wrong' })
  })

  it('says that the library is not there', async () => {
    const opening = openSigner(uriOf('object=large', '/nowhere/libhsm.so'), { password: SOFT_TOKEN_PIN })
    await expect(opening).rejects.toMatchObject({ code: 'key-unavailable' })
  })

  it('repeats no PIN', async () => {
    const error = await openSigner(uriOf('object=other'), { password: SOFT_TOKEN_PIN }).catch(
      (reason: unknown) => reason,
    )
    expect(JSON.stringify(error) + inspect(error, { depth: 9 })).not.toContain(SOFT_TOKEN_PIN)
  })
})
