import { readRetryAfter } from '../backoff.ts'
import { equalBytes } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { readBody } from '../read-body.ts'
import type { TimestampAuthority } from '../trust/timestamp-authority.ts'
import { writeTimestampRequest } from './timestamp-request.ts'
import { readTimestampResponse } from './timestamp-response.ts'
import { readToken } from './timestamp-token.ts'
import { checkImprint, verifyTimestamp } from './verify-timestamp.ts'

/** What came of asking one authority once. Asking again makes sense only where `again` is there. */
export type TimestampExchange =
  | { readonly ok: true; readonly reply: Uint8Array }
  | {
      readonly ok: false
      readonly fault: MakotoError
      /** `afterMs`: the authority said when. */
      readonly again?: { readonly afterMs: number | undefined }
    }

export interface ExchangeOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  readonly authorities: readonly TimestampAuthority[] | undefined
}

const MAX_REPLY_BYTES = 65_536
const REPLY_TYPE = 'application/timestamp-reply'

/**
 * Asks one authority once. The reply is checked before anybody uses it: status, imprint, nonce, and the
 * whole token where `authorities` are given. Rejects with `aborted` alone.
 *
 * @see RFC 3161 §2.4, §3.4
 */
export async function exchangeTimestamp(
  url: URL,
  signature: Uint8Array,
  options: ExchangeOptions,
): Promise<TimestampExchange> {
  const request = writeTimestampRequest(signature)
  const deadline = AbortSignal.timeout(options.timeoutMs)
  try {
    const response = await send(url, request.der, options.signal, deadline)
    if (!response.ok) return refusedByServer(url, response)
    checkType(url, response)
    const reply = await readBody(response, MAX_REPLY_BYTES)
    checkReply(reply, signature, request.nonce)
    if (options.authorities !== undefined) verifyTimestamp(reply, signature, options.authorities)
    return { ok: true, reply }
  } catch (cause) {
    if (isMakotoError(cause)) return { ok: false, fault: cause }
    if (options.signal?.aborted)
      throw new MakotoError('aborted', 'the request for a timestamp was aborted', { cause: options.signal.reason })
    const reason = deadline.aborted ? `did not answer within ${options.timeoutMs} ms` : 'could not be reached'
    return { ok: false, fault: unavailable(`${url.host} ${reason}`, cause), again: { afterMs: undefined } }
  }
}

function send(url: URL, query: Uint8Array, signal: AbortSignal | undefined, deadline: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: REPLY_TYPE },
    body: Uint8Array.from(query),
    // A redirected POST arrives as GET; the address in the configuration is the one that is meant.
    redirect: 'error',
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  })
}

/** Request timeout, too many requests, and whatever ails the server; the rest will be refused again. */
const isPassing = (status: number) => status === 408 || status === 429 || status >= 500

async function refusedByServer({ host }: URL, { status, headers, body }: Response): Promise<TimestampExchange> {
  await body?.cancel()
  const fault = unavailable(`${host} answered with HTTP ${status}`)
  if (!isPassing(status)) return { ok: false, fault }
  return { ok: false, fault, again: { afterMs: readRetryAfter(headers.get('retry-after')) } }
}

function checkType({ host }: URL, { headers }: Response): void {
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== REPLY_TYPE) throw unavailable(`${host} answered with type ${type ?? 'unknown'}, not ${REPLY_TYPE}`)
}

function checkReply(reply: Uint8Array, signature: Uint8Array, nonce: Uint8Array): void {
  const { granted, statusText, signedData } = readTimestampResponse(reply)
  if (!granted || signedData === undefined)
    throw new MakotoError('timestamp-rejected', `the timestamp authority refused: ${statusText}`)
  const token = readToken(signedData)
  checkImprint(token, signature)
  if (token.nonce === undefined || !equalBytes(token.nonce, nonce))
    throw new MakotoError('timestamp-mismatch', 'the reply does not repeat the nonce: it answers another request')
}

export function unavailable(reason: string, cause?: unknown): MakotoError {
  return new MakotoError('timestamp-unavailable', reason, {
    cause,
    hint: 'Is timestamp.url the address of an RFC 3161 authority, and can this machine reach it?',
  })
}
