import { parseTimestampAuthorities, requestTimestamp, verifyTimestamp } from '@makoto/core'
import { startTimestampAuthority, type TimestampAuthorityOptions, type TimestampFault } from '@makoto/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'

/** As patient as the default, without the waits. */
const AT_ONCE = { firstWaitMs: 1 }

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
    const request = requestTimestamp(url, SIGNATURE, { retry: AT_ONCE })
    await expect(request).rejects.toMatchObject({ name: 'MakotoError', code })
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
    const request = requestTimestamp(url, SIGNATURE, { timeoutMs: 50, retry: { attempts: 1 } })
    await expect(request).rejects.toMatchObject({ code: 'timestamp-unavailable' })
  })

  it('gives up on an authority that is down', async () => {
    const { url, close } = await startTimestampAuthority()
    await close()
    const request = requestTimestamp(url, SIGNATURE, { retry: AT_ONCE })
    await expect(request).rejects.toMatchObject({ code: 'timestamp-unavailable' })
  })

  it('stops when the caller asks', async () => {
    const { url } = await authorityWith({ fault: 'silent' })
    const request = requestTimestamp(url, SIGNATURE, { signal: AbortSignal.abort() })
    await expect(request).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('asking again', () => {
  it('gets a token from an authority that was busy', async () => {
    const { url, requests } = await authorityWith({ busy: { requests: 2 } })
    await expect(requestTimestamp(url, SIGNATURE, { retry: AT_ONCE })).resolves.toBeInstanceOf(Uint8Array)
    expect(requests()).toBe(3)
  })

  it('ends after as many attempts as were allowed', async () => {
    const { url, requests } = await authorityWith({ busy: { requests: 9 } })
    const request = requestTimestamp(url, SIGNATURE, { retry: { ...AT_ONCE, attempts: 2 } })
    await expect(request).rejects.toMatchObject({ code: 'timestamp-unavailable' })
    expect(requests()).toBe(2)
  })

  it('does not come back before the time that the authority names', async () => {
    const { url, requests } = await authorityWith({ busy: { requests: 1, retryAfter: '600' } })
    const request = requestTimestamp(url, SIGNATURE, { retry: { ...AT_ONCE, totalMs: 5_000 } })
    await expect(request).rejects.toMatchObject({ code: 'timestamp-unavailable' })
    expect(requests()).toBe(1)
  })

  it('comes back at once where the authority allows it', async () => {
    const { url, requests } = await authorityWith({ busy: { requests: 1, retryAfter: '0' } })
    await requestTimestamp(url, SIGNATURE, { retry: AT_ONCE })
    expect(requests()).toBe(2)
  })

  it('does not ask again who refused', async () => {
    const { url, requests } = await authorityWith({ fault: 'rejected' })
    await expect(requestTimestamp(url, SIGNATURE, { retry: AT_ONCE })).rejects.toThrow('out of stamps')
    expect(requests()).toBe(1)
  })

  it('stops waiting when the caller asks', async () => {
    const { url } = await authorityWith({ busy: { requests: 9, retryAfter: '30' } })
    const stop = new AbortController()
    const request = requestTimestamp(url, SIGNATURE, { signal: stop.signal })
    setImmediate(() => stop.abort())
    await expect(request).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('asking several authorities', () => {
  it('takes the token of the first that gives one, in their order', async () => {
    const [down, refusing, good, spare] = [
      await authorityWith({ fault: 'http-error' }),
      await authorityWith({ fault: 'rejected' }),
      await authorityWith(),
      await authorityWith(),
    ]
    const urls = [down, refusing, good, spare].map(({ url }) => url)
    const reply = await requestTimestamp(urls, SIGNATURE)
    expect(verifyTimestamp(reply, SIGNATURE, parseTimestampAuthorities(good.rootPem)).authority).toContain('root')
    expect([down, refusing, good, spare].map(({ requests }) => requests())).toEqual([1, 1, 1, 0])
  })

  it('passes over one whose token the caller would not believe', async () => {
    const [stranger, trusted] = [await authorityWith(), await authorityWith()]
    const authorities = parseTimestampAuthorities(trusted.rootPem)
    const reply = await requestTimestamp([stranger.url, trusted.url], SIGNATURE, { authorities })
    expect(() => verifyTimestamp(reply, SIGNATURE, authorities)).not.toThrow()
  })

  it('says of each why there is no token', async () => {
    const [refusing, broken] = [
      await authorityWith({ fault: 'rejected' }),
      await authorityWith({ fault: 'http-error' }),
    ]
    const request = requestTimestamp([refusing.url, broken.url], SIGNATURE, { retry: AT_ONCE })
    await expect(request).rejects.toThrow(/none of 2 .*out of stamps.*HTTP 503/)
    expect([refusing.requests(), broken.requests()]).toEqual([1, 3])
  })

  it('needs one', async () => {
    await expect(requestTimestamp([], SIGNATURE)).rejects.toMatchObject({ code: 'options-invalid' })
  })
})
