import { parseTimestampAuthorities, requestTimestamp, verifyTimestamp } from '@makoto/core'
import { startTimestampAuthority, type TimestampAuthorityOptions, type TimestampFault } from '@makoto/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'

const SIGNATURE = new TextEncoder().encode('the raw bytes of a signature')

async function authorityWith(options: TimestampAuthorityOptions = {}) {
  const authority = await startTimestampAuthority(options)
  onTestFinished(authority.close)
  return authority
}

describe('asking an authority for the time', () => {
  it('returns a reply that verifies under the authority’s root', async () => {
    const time = new Date('2026-11-21T03:20:00.123Z')
    const { url, rootPem } = await authorityWith({ time: () => time })
    const reply = await requestTimestamp(url, SIGNATURE)
    const verified = verifyTimestamp(reply, SIGNATURE, parseTimestampAuthorities(rootPem))
    expect(verified.time).toEqual(time)
    expect(verified.authority).toBe('CN=Makoto test TSA root')
  })

  it('sends a fresh nonce every time', async () => {
    const { url } = await authorityWith()
    const replies = await Promise.all([requestTimestamp(url, SIGNATURE), requestTimestamp(url, SIGNATURE)])
    expect(replies[0]).not.toEqual(replies[1])
  })

  const refusals: [TimestampFault, string][] = [
    ['wrong-nonce', 'timestamp-mismatch'],
    ['no-nonce', 'timestamp-mismatch'],
    ['wrong-imprint', 'timestamp-mismatch'],
    ['rejected', 'timestamp-rejected'],
    ['http-error', 'timestamp-unavailable'],
    ['wrong-content-type', 'timestamp-unavailable'],
    ['garbage', 'timestamp-invalid'],
    ['oversized', 'limit-exceeded'],
  ]

  it.each(refusals)('refuses a reply with the fault %s', async (fault, code) => {
    const { url } = await authorityWith({ fault })
    await expect(requestTimestamp(url, SIGNATURE)).rejects.toMatchObject({ name: 'MakotoError', code })
  })

  it('says why the authority refused', async () => {
    const { url } = await authorityWith({ fault: 'rejected' })
    await expect(requestTimestamp(url, SIGNATURE)).rejects.toThrow('out of stamps')
  })

  it('refuses at once a token of a stranger, where it knows whom to trust', async () => {
    const { url, rootPem } = await authorityWith({ fault: 'other-signer' })
    const authorities = parseTimestampAuthorities(rootPem)
    const request = requestTimestamp(url, SIGNATURE, { authorities })
    await expect(request).rejects.toMatchObject({ code: 'timestamp-untrusted' })
  })

  it('gives up on an authority that is silent', async () => {
    const { url } = await authorityWith({ fault: 'silent' })
    const request = requestTimestamp(url, SIGNATURE, { timeoutMs: 50 })
    await expect(request).rejects.toMatchObject({ code: 'timestamp-unavailable' })
  })

  it('gives up on an authority that is down', async () => {
    const { url, close } = await startTimestampAuthority()
    await close()
    await expect(requestTimestamp(url, SIGNATURE)).rejects.toMatchObject({ code: 'timestamp-unavailable' })
  })

  it('stops when the caller asks', async () => {
    const { url } = await authorityWith({ fault: 'silent' })
    const request = requestTimestamp(url, SIGNATURE, { signal: AbortSignal.abort() })
    await expect(request).rejects.toMatchObject({ code: 'aborted' })
  })
})
