import { parseTimestampAuthorities, requestTimestamp, verifyTimestamp } from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeCorpus, readCorpus } from '../corpora.ts'

async function makeAuthority() {
  const authority = await startTimestampAuthority()
  onTestFinished(authority.close)
  return authority
}

const derOf = (pem: string) => new Uint8Array(Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\n/g, ''), 'base64'))

describe('trusted timestamp authorities', () => {
  it('are the same from PEM, from its bytes and from DER', async () => {
    const { rootPem } = await makeAuthority()
    const ids = [rootPem, new TextEncoder().encode(rootPem), derOf(rootPem)].map((source) =>
      parseTimestampAuthorities(source).map(({ id }) => id),
    )
    expect(ids[0]).toHaveLength(1)
    expect(ids).toEqual([ids[0], ids[0], ids[0]])
  })

  it('are as many as there are roots, each with its own signers', async () => {
    const [first, second] = [await makeAuthority(), await makeAuthority()]
    const authorities = parseTimestampAuthorities(`${first.chainPem}${second.rootPem}`)
    expect(authorities.map(({ signers }) => signers.length)).toEqual([1, 0])
  })

  it('stay limited where the signer that is listed leads to none of the roots', async () => {
    const [first, second] = [await makeAuthority(), await makeAuthority()]
    const [leaf = ''] = first.chainPem.split(/(?<=-----END CERTIFICATE-----\n)/)
    const [authority] = parseTimestampAuthorities(`${leaf}${second.rootPem}`)
    expect(authority?.signers).toHaveLength(1)
    const signature = new TextEncoder().encode('a signature')
    const token = await requestTimestamp(second.url, signature)
    expect(verifyTimestamp(token, signature, parseTimestampAuthorities(second.rootPem))).toMatchObject({
      source: 'tsa',
    })
    expect(() => verifyTimestamp(token, signature, authority ? [authority] : [])).toThrow(
      expect.objectContaining({ code: 'timestamp-untrusted' }),
    )
  })

  it('have a root: a certificate alone is nothing to trust', async () => {
    const { chainPem } = await makeAuthority()
    const [leaf = ''] = chainPem.split(/(?<=-----END CERTIFICATE-----\n)/)
    expect(() => parseTimestampAuthorities(leaf)).toThrow(expect.objectContaining({ code: 'trust-invalid' }))
  })

  it.each([
    ['nothing', ''],
    ['a key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n'],
    ['PEM that is no base64', '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n'],
    ['JSON that is cut short', '{'],
    ['JSON that is no trusted root', '{"mediaType":"x"}'],
  ])('do not come from %s', (_, source) => {
    expect(() => parseTimestampAuthorities(source)).toThrow(expect.objectContaining({ code: 'trust-invalid' }))
  })

  it('do not come from a certificate that was cut short', async () => {
    const der = derOf((await makeAuthority()).rootPem)
    expect(() => parseTimestampAuthorities(der.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'trust-invalid' }),
    )
  })
})

describeCorpus("authorities of Sigstore's trusted root", 'cosign', () => {
  it('come with their signer and the time for which they are trusted', () => {
    const [authority, ...others] = parseTimestampAuthorities(readCorpus('cosign/trusted-root-tsa.json'))
    expect(others).toEqual([])
    expect(authority).toMatchObject({ name: 'O=spike, CN=tsa-root', signers: [expect.anything()] })
    expect(authority?.validFor).toEqual({ start: Date.parse('2026-11-21T01:30:09Z'), end: Number.POSITIVE_INFINITY })
  })

  it('come with their intermediates', () => {
    const [authority] = parseTimestampAuthorities(readCorpus('cosign/trusted-root-rekor.json'))
    expect(authority?.intermediates).toHaveLength(1)
  })
})
