import { generateKeyPairSync, sign } from 'node:crypto'
import {
  encodeUtf8,
  type LoggableSignature,
  pae,
  STATEMENT_PAYLOAD_TYPE,
  type SubmitEntryOptions,
  submitLogEntry,
  verifyLogEntry,
} from '@makoto/core'
import {
  type RunningTransparencyLog,
  serveLoopback,
  startTransparencyLog,
  type TransparencyLogFault,
} from '@makoto/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { CERTIFICATE, signPayload } from './entry-bodies.ts'
import { trustLog } from './trusted-log.ts'

const running: RunningTransparencyLog[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ close }) => close()))
})

async function start(fault?: TransparencyLogFault): Promise<RunningTransparencyLog> {
  const log = await startTransparencyLog(fault === undefined ? {} : { fault })
  running.push(log)
  return log
}

const p256 = (): LoggableSignature => ({ ...signPayload({ certificate: CERTIFICATE }), algorithm: 'ecdsa-p256' })

async function submit(signed: LoggableSignature, fault?: TransparencyLogFault, options?: SubmitEntryOptions) {
  const { url, log } = await start(fault)
  return submitLogEntry(url, signed, options ?? { logs: [trustLog(log)] })
}

describe('submitLogEntry', () => {
  it('gets an entry that a bundle can carry and a verifier believes', async () => {
    const { url, log } = await start()
    const signed = p256()
    const entry = await submitLogEntry(url, signed, { logs: [trustLog(log)] })
    expect(entry).not.toHaveProperty('integratedTime')
    expect(entry).not.toHaveProperty('inclusionPromise')
    expect(verifyLogEntry(entry, signed, { logs: [trustLog(log)] })).toMatchObject({ ok: true, logIndex: 5 })
  })

  it('takes the address with or without a slash, and keeps its path', async () => {
    const { url, requests } = await start()
    await submitLogEntry(`${url}/`, p256())
    await expect(submitLogEntry(`${url}/rekor/`, p256())).rejects.toMatchObject({ code: 'log-rejected' })
    expect(requests.map(({ target }) => target)).toEqual(['/api/v2/log/entries', '/rekor/api/v2/log/entries'])
  })

  it('tells the log no payload', async () => {
    const { url, requests } = await start()
    const { payload } = p256()
    await submitLogEntry(url, p256())
    expect(requests[0]?.body.includes(Buffer.from(payload).toString('base64'))).toBe(false)
  })

  it('logs P-384 by SHA-384', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const payload = encodeUtf8('{}')
    const signature = new Uint8Array(sign('sha384', pae(STATEMENT_PAYLOAD_TYPE, payload), privateKey))
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
    const signed = { payloadType: STATEMENT_PAYLOAD_TYPE, payload, signature, spki, algorithm: 'ecdsa-p384' as const }
    const body = Buffer.from((await submit(signed)).canonicalizedBody, 'base64').toString()
    expect(body).toContain('SHA2_384')
    expect(body).toContain('PKIX_ECDSA_P384_SHA_384')
  })

  it('refuses Ed25519 by name, before anybody is asked', async () => {
    const { url, requests } = await start()
    await expect(submitLogEntry(url, { ...p256(), algorithm: 'ed25519' })).rejects.toMatchObject({
      code: 'key-unsupported',
    })
    expect(requests).toEqual([])
  })

  it.each<[TransparencyLogFault, string]>([
    ['other-entry', 'log-mismatch'],
    ['wrong-root', 'log-invalid'],
    ['http-error', 'log-unavailable'],
    ['rejected', 'log-rejected'],
    ['garbage', 'log-invalid'],
    ['oversized', 'limit-exceeded'],
  ])('rejects a log with the fault %s', async (fault, code) => {
    await expect(submit(p256(), fault)).rejects.toMatchObject({ name: 'MakotoError', code })
  })

  it('rejects an entry about something else, also where no log is named', async () => {
    await expect(submit(p256(), 'other-entry', {})).rejects.toMatchObject({ code: 'log-mismatch' })
  })

  it('rejects a second submission of the same signature', async () => {
    const { url } = await start()
    const signed = p256()
    await submitLogEntry(url, signed)
    await expect(submitLogEntry(url, signed)).rejects.toMatchObject({ code: 'log-rejected' })
  })

  it('gives up in time, when asked, and when nobody is there', async () => {
    const { url, close } = await start('silent')
    await expect(submitLogEntry(url, p256(), { timeoutMs: 50 })).rejects.toMatchObject({ code: 'log-unavailable' })
    const aborted = submitLogEntry(url, p256(), { signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
    await close()
    await expect(submitLogEntry(url, p256())).rejects.toMatchObject({ code: 'log-unavailable' })
  })

  it('rejects an entry of a log that the caller does not trust', async () => {
    const other = await start()
    const options = { logs: [trustLog(other.log)] }
    await expect(submit(p256(), undefined, options)).rejects.toMatchObject({ code: 'log-untrusted' })
  })

  it('asks the address that is meant, and follows nobody elsewhere', async () => {
    const { url, requests } = await start()
    const elsewhere = await serveLoopback(() => ({
      status: 307,
      headers: { location: `${url}/api/v2/log/entries` },
      body: '',
    }))
    await expect(submitLogEntry(elsewhere.url, p256())).rejects.toMatchObject({ code: 'log-unavailable' })
    expect(requests).toEqual([])
    await elsewhere.close()
  })
})
