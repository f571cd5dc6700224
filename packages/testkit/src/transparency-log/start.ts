import { hash } from 'node:crypto'
import { type LoopbackReply, type LoopbackRequest, Refusal, serveLoopback } from '../loopback.ts'
import { type HashedRekordRequest, readHashedRekordRequest, writeHashedRekordBody } from './hashed-rekord.ts'
import { createTransparencyLog, type TestTransparencyLog, type TransparencyLogOptions } from './log.ts'

/** What can be wrong with a log. One that is down is one that was closed. */
export type TransparencyLogFault =
  | 'other-entry'
  | 'wrong-root'
  | 'http-error'
  | 'rejected'
  | 'garbage'
  | 'oversized'
  | 'silent'

export interface StartTransparencyLogOptions extends Omit<TransparencyLogOptions, 'rekor'> {
  readonly fault?: TransparencyLogFault
}

export interface RunningTransparencyLog {
  readonly url: string
  readonly log: TestTransparencyLog
  readonly requests: readonly LoopbackRequest[]
  readonly close: () => Promise<void>
}

/**
 * Starts a Rekor v2 log on the loopback interface: `POST /api/v2/log/entries` with the form of the real one, answered
 * with a proof in a real tree under a real checkpoint. It takes signatures on trust: OpenSSL verifies none of which
 * it gets the digest only.
 */
export async function startTransparencyLog({
  fault,
  ...options
}: StartTransparencyLogOptions = {}): Promise<RunningTransparencyLog> {
  const log = createTransparencyLog({ ...options, rekor: 2 })
  const seen = new Map<string, string>()
  const { url, requests, close } = await serveLoopback(({ method, target, body }) => {
    if (method !== 'POST' || target !== '/api/v2/log/entries') throw refusal(404, 'not found')
    if (fault === 'silent') return new Promise<never>(() => {})
    const canned = fault === undefined ? undefined : CANNED[fault]
    return canned ?? include(readHashedRekordRequest(body))
  })
  return { url, log, requests, close }

  function include(request: HashedRekordRequest | undefined): LoopbackReply {
    if (request === undefined) throw refusal(400, 'invalid hashedrekord request')
    const body = writeHashedRekordBody(fault === 'other-entry' ? withOtherDigest(request) : request)
    const digest = hash('sha256', body, 'hex')
    const known = seen.get(digest)
    if (known !== undefined) throw refusal(409, `an equivalent entry already exists with index ${known}`)
    const entry = log.append(body)
    seen.set(digest, entry.logIndex)
    if (fault === 'wrong-root') entry.inclusionProof.rootHash = Buffer.alloc(32, 7).toString('base64')
    // The real server writes protobuf's defaults out.
    return { status: 201, body: { ...entry, integratedTime: '0', inclusionPromise: null } }
  }
}

const refusal = (status: number, message: string) => new Refusal({ status, body: { code: status, message } })

const CANNED: Partial<Record<TransparencyLogFault, LoopbackReply>> = {
  'http-error': { status: 503, body: '' },
  rejected: { status: 400, body: { code: 3, message: 'invalid hashedrekord request' } },
  garbage: { status: 201, body: 'not JSON' },
  oversized: { status: 201, body: `"${'x'.repeat(2_000_000)}"` },
}

function withOtherDigest(request: HashedRekordRequest): HashedRekordRequest {
  return { ...request, digest: hash('sha256', request.digest, 'base64') }
}
