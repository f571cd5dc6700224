import { equalBytes } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import type { TimestampAuthority } from '../trust/timestamp-authority.ts'
import { writeTimestampRequest } from './timestamp-request.ts'
import { readTimestampResponse } from './timestamp-response.ts'
import { readToken } from './timestamp-token.ts'
import { checkImprint, verifyTimestamp } from './verify-timestamp.ts'

export interface RequestTimestampOptions {
  /** Default 10 seconds, for the whole exchange. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Where given, a token that would not verify under these is refused right away. */
  readonly authorities?: readonly TimestampAuthority[]
}

const MAX_REPLY_BYTES = 65_536
const REPLY_TYPE = 'application/timestamp-reply'

/**
 * Gets `signature` timestamped and returns the whole TimeStampResp, as a bundle holds it.
 *
 * The reply is checked before anybody uses it: status, imprint, nonce, and the whole token where
 * `authorities` are given. Rejects with `timestamp-unavailable`, `timestamp-rejected`,
 * `timestamp-mismatch`, `timestamp-invalid`, or `aborted`.
 *
 * @see RFC 3161 §2.4, §3.4, L2.PL.6
 */
export async function requestTimestamp(
  url: string | URL,
  signature: Uint8Array,
  options: RequestTimestampOptions = {},
): Promise<Uint8Array> {
  const request = writeTimestampRequest(signature)
  const reply = await exchange(new URL(url), request.der, options)
  checkReply(reply, signature, request.nonce)
  if (options.authorities !== undefined) verifyTimestamp(reply, signature, options.authorities)
  return reply
}

async function exchange(url: URL, query: Uint8Array, options: RequestTimestampOptions): Promise<Uint8Array> {
  const { timeoutMs = 10_000, signal } = options
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: REPLY_TYPE },
      body: Uint8Array.from(query),
      // A redirected POST arrives as GET; the address in the configuration is the one that is meant.
      redirect: 'error',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    })
    checkHeaders(response)
    return await readBounded(response)
  } catch (cause) {
    if (cause instanceof MakotoError) throw cause
    if (signal?.aborted) throw new MakotoError('aborted', 'the request for a timestamp was aborted', { cause })
    const reason = deadline.aborted ? `did not answer within ${timeoutMs} ms` : 'could not be reached'
    throw unavailable(`${url.host} ${reason}`, cause)
  }
}

function checkHeaders({ ok, status, headers }: Response): void {
  if (!ok) throw unavailable(`the timestamp authority answered with HTTP ${status}`)
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== REPLY_TYPE) throw unavailable(`the answer is of type ${type ?? 'unknown'}, not ${REPLY_TYPE}`)
}

async function readBounded({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > MAX_REPLY_BYTES)
      throw new MakotoError('limit-exceeded', `a reply of more than ${MAX_REPLY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
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

const unavailable = (reason: string, cause?: unknown) =>
  new MakotoError('timestamp-unavailable', reason, {
    cause,
    hint: 'Is timestamp.url the address of an RFC 3161 authority, and can this machine reach it?',
  })
