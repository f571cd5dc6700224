import { hashBytes } from '#platform'
import { encodeBase64 } from '../encoding.ts'
import { type LogEntry, logEntrySchema } from '../envelope/bundle-schema.ts'
import { pae } from '../envelope/pae.ts'
import { MakotoError } from '../errors.ts'
import type { SigningAlgorithm } from '../key/signer.ts'
import { parseJson } from '../parse-json.ts'
import { readBody } from '../read-body.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import type { TrustedLog } from '../trust/trust.ts'
import { parseEntryBody } from './entry-body.ts'
import { matchEntry } from './match-entry.ts'
import type { EntrySigner } from './signed-entity.ts'
import { decodeLogBase64 } from './signed-note.ts'
import { verifyLogEntry } from './verify-log-entry.ts'

/** A signature over a DSSE payload, as it is to be logged. */
export type LoggableSignature = EntrySigner & {
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  readonly algorithm: SigningAlgorithm
}

export interface SubmitEntryOptions {
  /** Default 30 seconds: a log answers once a checkpoint has the entry, which its makers say may take 20. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Where given, an entry that would not verify under these is refused right away. */
  readonly logs?: readonly TrustedLog[]
}

const SCHEMES = {
  'ecdsa-p256': { hash: 'sha256', keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
  'ecdsa-p384': { hash: 'sha384', keyDetails: 'PKIX_ECDSA_P384_SHA_384' },
} as const

/**
 * Gets a signature into a Rekor v2 log and returns the entry, as a bundle holds it: with proof and checkpoint.
 *
 * The log learns the signature, the digest of what was signed and the key or certificate, not the payload. The answer
 * is checked before anybody uses it: that it is about this signature, and the whole entry where `logs` are given.
 *
 * Rejects with `key-unsupported` (Ed25519: such a log wants signatures over a digest), `log-unavailable`,
 * `log-rejected`, `log-invalid`, `log-mismatch`, `log-untrusted`, or `aborted`.
 *
 * @see Rekor v2, POST /api/v2/log/entries, HashedRekordRequestV002
 */
export async function submitLogEntry(
  url: string | URL,
  signed: LoggableSignature,
  options: SubmitEntryOptions = {},
): Promise<LogEntry> {
  const request = JSON.stringify(writeRequest(signed))
  const entry = parseEntry(await exchange(entriesUrl(url), request, options))
  checkEntry(entry, signed, options.logs)
  return entry
}

function entriesUrl(base: string | URL): URL {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/log/entries`
  return url
}

function writeRequest({ algorithm, payloadType, payload, signature, ...signer }: LoggableSignature) {
  if (algorithm === 'ed25519')
    throw new MakotoError('key-unsupported', 'a Rekor v2 log takes no signatures of Ed25519 keys', {
      hint: 'Sign with ECDSA P-256 where the signature has to be logged',
    })
  const { hash, keyDetails } = SCHEMES[algorithm]
  const verifier =
    'certificate' in signer
      ? { x509Certificate: { rawBytes: encodeBase64(signer.certificate) }, keyDetails }
      : { publicKey: { rawBytes: encodeBase64(signer.spki) }, keyDetails }
  return {
    hashedRekordRequestV002: {
      digest: encodeBase64(hashBytes(hash, pae(payloadType, payload))),
      signature: { content: encodeBase64(signature), verifier },
    },
  }
}

const MAX_REPLY_BYTES = 1024 * 1024

async function exchange(url: URL, body: string, { timeoutMs = 30_000, signal }: SubmitEntryOptions) {
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      // A redirected POST arrives as GET; the address in the configuration is the one that is meant.
      redirect: 'error',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    })
    checkStatus(response)
    return await readBody(response, MAX_REPLY_BYTES)
  } catch (cause) {
    if (cause instanceof MakotoError) throw cause
    if (signal?.aborted) throw new MakotoError('aborted', 'the log entry was aborted', { cause })
    const reason = deadline.aborted ? `did not answer within ${timeoutMs} ms` : 'could not be reached'
    throw unavailable(`${url.host} ${reason}`, cause)
  }
}

function checkStatus({ ok, status }: Response): void {
  if (ok) return
  if (status === 409)
    throw new MakotoError('log-rejected', 'the log holds this entry already, and gives no second proof')
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    throw new MakotoError('log-rejected', `the transparency log refused the entry with HTTP ${status}`)
  throw unavailable(`the transparency log answered with HTTP ${status}`)
}

/** Servers write protobuf's defaults out, bundles leave them away. */
function parseEntry(reply: Uint8Array): LogEntry {
  const parsed = logEntrySchema.safeParse(withoutDefaults(parseReply(reply)))
  if (parsed.success) return parsed.data
  throw new MakotoError('log-invalid', `reply of the transparency log: ${describeIssues(parsed.error)}`)
}

function parseReply(reply: Uint8Array): unknown {
  try {
    return parseJson(reply, { maxBytes: MAX_REPLY_BYTES, maxDepth: 16 })
  } catch (cause) {
    throw new MakotoError('log-invalid', 'the transparency log answered with something else than JSON', { cause })
  }
}

function withoutDefaults(reply: unknown): unknown {
  if (typeof reply !== 'object' || reply === null) return reply
  const unset = (name: string, value: unknown) => value === null || (name === 'integratedTime' && value === '0')
  return Object.fromEntries(Object.entries(reply).filter(([name, value]) => !unset(name, value)))
}

function checkEntry(entry: LogEntry, signed: LoggableSignature, logs: readonly TrustedLog[] | undefined): void {
  const body = decodeLogBase64(entry.canonicalizedBody, 'body of the log entry')
  matchEntry(parseEntryBody(body, entry.kindVersion).claims, signed)
  if (logs === undefined) return
  const verdict = verifyLogEntry(entry, signed, { logs })
  if (!verdict.ok) throw new MakotoError(verdict.code, verdict.message)
}

const unavailable = (reason: string, cause?: unknown) =>
  new MakotoError('log-unavailable', reason, {
    cause,
    hint: 'Is log.url the address of a Rekor v2 log, and can this machine reach it?',
  })
