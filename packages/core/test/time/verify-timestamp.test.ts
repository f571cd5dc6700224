import { parseTimestamp, parseTimestampAuthorities, requestTimestamp, verifyTimestamp } from '@makoto/core'
import { startTimestampAuthority, TIME_STAMPING, type TimestampAuthorityOptions } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'

const SIGNATURE = new TextEncoder().encode('the raw bytes of a signature')
const NOW = new Date('2026-11-21T03:20:00.000Z')
const before = (days: number) => new Date(NOW.getTime() - days * 86_400_000)

async function stamp(options: TimestampAuthorityOptions = {}) {
  const { url, close, rootPem, chainPem } = await startTimestampAuthority({ time: () => NOW, ...options })
  try {
    return { token: await requestTimestamp(url, SIGNATURE), rootPem, chainPem }
  } finally {
    await close()
  }
}

function judge({ token, trusted }: { token: Uint8Array; trusted: string }): string {
  try {
    return verifyTimestamp(token, SIGNATURE, parseTimestampAuthorities(trusted)).time.toISOString()
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'not a MakotoError'
  }
}

async function judgeUnderRoot(options: TimestampAuthorityOptions): Promise<string> {
  const { token, rootPem } = await stamp(options)
  return judge({ token, trusted: rootPem })
}

describe('a timestamp is believed', () => {
  it('under the root, with the chain in the token', async () => {
    expect(await judgeUnderRoot({})).toBe('2026-11-21T03:20:00.000Z')
  })

  it('under a chain that the caller holds, with no certificate in the token', async () => {
    const { token, chainPem, rootPem } = await stamp({ certificatesInToken: false })
    expect(judge({ token, trusted: chainPem })).toBe('2026-11-21T03:20:00.000Z')
    expect(judge({ token, trusted: rootPem })).toBe('timestamp-untrusted')
  })

  it('on the first and on the last moment of its certificates', async () => {
    expect(await judgeUnderRoot({ notBefore: NOW })).toBe('2026-11-21T03:20:00.000Z')
    expect(await judgeUnderRoot({ notAfter: NOW })).toBe('2026-11-21T03:20:00.000Z')
  })

  it('with an extension that we do not know and need not', async () => {
    expect(await judgeUnderRoot({ extension: { critical: false } })).toBe('2026-11-21T03:20:00.000Z')
  })

  it('with fractions of a second', async () => {
    const time = () => new Date('2026-11-21T03:20:00.070Z')
    expect(await judgeUnderRoot({ time })).toBe('2026-11-21T03:20:00.070Z')
  })
})

describe('a timestamp is refused', () => {
  it('under another root', async () => {
    const [{ token }, other] = await Promise.all([stamp(), stamp()])
    expect(judge({ token, trusted: other.rootPem })).toBe('timestamp-untrusted')
  })

  it('where nobody is trusted', async () => {
    const { token } = await stamp()
    expect(() => verifyTimestamp(token, SIGNATURE, [])).toThrow(
      expect.objectContaining({ code: 'timestamp-untrusted' }),
    )
  })

  it('over another signature', async () => {
    const { token, rootPem } = await stamp()
    expect(() => verifyTimestamp(token, Uint8Array.of(1), parseTimestampAuthorities(rootPem))).toThrow(
      expect.objectContaining({ code: 'timestamp-mismatch' }),
    )
  })

  it.each([
    ['expired', { notBefore: before(20), notAfter: before(10) }],
    ['not yet valid', { notBefore: before(-10), notAfter: before(-20) }],
  ])('where the certificates are %s at its time', async (_, validity) => {
    expect(await judgeUnderRoot(validity)).toBe('timestamp-untrusted')
    expect(await judgeUnderRoot({ signer: validity })).toBe('timestamp-untrusted')
    expect(await judgeUnderRoot({ intermediateCertificate: validity })).toBe('timestamp-untrusted')
  })

  const impostors: [string, TimestampAuthorityOptions][] = [
    ['a certificate without a purpose', { signer: { extendedKeyUsage: { purposes: [], critical: true } } }],
    [
      'a purpose that is not critical',
      { signer: { extendedKeyUsage: { purposes: [TIME_STAMPING], critical: false } } },
    ],
    ['a web server', { signer: { extendedKeyUsage: { purposes: ['1.3.6.1.5.5.7.3.1'], critical: true } } }],
    [
      'a certificate with a second purpose',
      { signer: { extendedKeyUsage: { purposes: [TIME_STAMPING, '1.3.6.1.5.5.7.3.1'], critical: true } } },
    ],
    ['a certificate that may only issue', { signer: { keyUsage: 'certify' } }],
    ['a CA certificate', { signer: { authority: {} } }],
    ['a certificate with an unknown critical extension', { signer: { unknownCritical: true } }],
    ['an issuer with an unknown critical extension', { intermediateCertificate: { unknownCritical: true } }],
    ['an issuer that is an end entity', { intermediateCertificate: { authority: null } }],
    ['an issuer that may not issue', { intermediateCertificate: { keyUsage: 'sign' } }],
    [
      'an issuer for other purposes',
      { intermediateCertificate: { extendedKeyUsage: { purposes: ['1.3.6.1.5.5.7.3.1'], critical: false } } },
    ],
  ]

  it.each(impostors)('signed by %s', async (_, options) => {
    expect(await judgeUnderRoot(options)).toBe('timestamp-untrusted')
  })

  it('with a chain longer than its issuer allows', async () => {
    expect(await judgeUnderRoot({ rootPathLength: 0 })).toBe('timestamp-untrusted')
    expect(await judgeUnderRoot({ rootPathLength: 1 })).toBe('2026-11-21T03:20:00.000Z')
  })

  it('with one byte changed, wherever it is', async () => {
    const { token, rootPem } = await stamp({ intermediate: false })
    const signer = parseTimestamp(token)
    const authorities = parseTimestampAuthorities(rootPem)
    const survivors = Array.from(token, (byte, at) => {
      const changed = Uint8Array.from(token)
      changed[at] = byte ^ 0x01
      try {
        return { at, time: verifyTimestamp(changed, SIGNATURE, authorities).time.getTime() }
      } catch {
        return undefined
      }
    }).filter((survivor) => survivor !== undefined)
    // What may change is outside the signature: granted with modifications, versions, the unsigned name of the signer.
    expect(survivors.every(({ time }) => time === signer.time)).toBe(true)
  })

  it('with bytes behind its end, or cut short', async () => {
    const { token, rootPem } = await stamp()
    const longer = new Uint8Array([...token, 0])
    expect(judge({ token: longer, trusted: rootPem })).toBe('timestamp-invalid')
    expect(judge({ token: token.subarray(0, -1), trusted: rootPem })).toBe('timestamp-invalid')
  })
})

describe('what was found out about one chain', () => {
  it('says nothing of the same token under another set of roots', async () => {
    const { token, rootPem } = await stamp()
    const { rootPem: other } = await stamp()
    expect(judge({ token, trusted: rootPem })).toBe('2026-11-21T03:20:00.000Z')
    expect(judge({ token, trusted: other })).toBe('timestamp-untrusted')
    expect(judge({ token, trusted: `${other}${rootPem}` })).toBe('2026-11-21T03:20:00.000Z')
  })

  it('says nothing of a token of the same signer that left the chain out', async () => {
    const options = { time: () => NOW, certificatesInToken: true }
    const { url, close, rootPem } = await startTimestampAuthority(options)
    const whole = await requestTimestamp(url, SIGNATURE)
    options.certificatesInToken = false
    const bare = await requestTimestamp(url, SIGNATURE)
    await close()
    const authorities = parseTimestampAuthorities(rootPem)
    expect(verifyTimestamp(whole, SIGNATURE, authorities).time).toEqual(NOW)
    expect(() => verifyTimestamp(bare, SIGNATURE, authorities)).toThrow(
      expect.objectContaining({ code: 'timestamp-untrusted' }),
    )
  })
})

describe('a timestamp is refused', () => {
  it('where the authority says something critical that we do not know', async () => {
    await expect(stamp({ extension: { critical: true } })).rejects.toMatchObject({ code: 'timestamp-invalid' })
  })

  it('where its status says that nothing was granted, though a token that holds lies beside it', async () => {
    const { token, rootPem } = await stamp()
    const status = Buffer.from(token).indexOf(Buffer.from([0x30, 0x03, 0x02, 0x01, 0x00]))
    expect(status).toBeGreaterThan(0)
    for (const [code, outcome] of [
      [1, '2026-11-21T03:20:00.000Z'],
      [2, 'timestamp-invalid'],
      [5, 'timestamp-invalid'],
    ] as const) {
      const altered = Uint8Array.from(token)
      altered[status + 4] = code
      expect(judge({ token: altered, trusted: rootPem })).toBe(outcome)
    }
  })
})
