import { decodeBase64 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import { schemaReader } from '../statement/schema-reader.ts'
import { bundleSchema, type LogEntry } from './bundle-schema.ts'

const MAX_BUNDLE_BYTES = 16 * 1024 * 1024

export interface BundleLimits {
  /** Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

/** A bundle after the door: decoded, still unverified. */
export interface Bundle {
  /** The statement's bytes, exactly as they were signed. */
  readonly payload: Uint8Array
  readonly payloadType: string
  readonly signature: Uint8Array
  /** What the bundle says of its signer; only the verifier's own keys decide. */
  readonly signer:
    | { readonly kind: 'key'; readonly hint?: string }
    | { readonly kind: 'certificate'; readonly certificate: Uint8Array }
  /** RFC 3161 TimeStampResp over `signature`, each unverified. */
  readonly timestamps: readonly Uint8Array[]
  /** Transparency log entries, each unverified: never count one as a time. */
  readonly logEntries: readonly LogEntry[]
}

/**
 * Reads a Sigstore bundle v0.3 that holds an in-toto statement under exactly one DSSE signature.
 *
 * Refuses with `bundle-invalid` any other media type, a field beyond the schema, base64 that is not
 * standard and padded, and anything over 16 MiB (unless raised), 32 timestamps or 32 log entries.
 *
 * @see FORMATS §3, L2.P.1
 */
export function parseBundle(bytes: Uint8Array, { maxBytes = MAX_BUNDLE_BYTES }: BundleLimits = {}): Bundle {
  const { verificationMaterial, dsseEnvelope } = readSchema(bytes, maxBytes)
  const { publicKey, certificate, tlogEntries, timestampVerificationData } = verificationMaterial
  const [signature] = dsseEnvelope.signatures
  if (signature === undefined) throw refuse('exactly one signature is expected')
  return {
    payload: decodeField(dsseEnvelope.payload, 'payload'),
    payloadType: dsseEnvelope.payloadType,
    signature: decodeField(signature.sig, 'signature'),
    signer: certificate
      ? { kind: 'certificate', certificate: decodeField(certificate.rawBytes, 'certificate') }
      : { kind: 'key', ...publicKey },
    timestamps: (timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) =>
      decodeField(signedTimestamp, 'timestamp'),
    ),
    logEntries: tlogEntries ?? [],
  }
}

const readBundle = schemaReader(bundleSchema)

function readSchema(bytes: Uint8Array, maxBytes: number) {
  if (!(bytes.length <= maxBytes)) throw refuse(`${bytes.length} bytes, ${maxBytes} are allowed`)
  const result = readBundle(readJson(bytes, maxBytes))
  if (!result.success) throw refuse(describeIssues(result.error))
  return result.data
}

function readJson(bytes: Uint8Array, maxBytes: number) {
  try {
    return parseJson(bytes, { maxBytes, maxDepth: 32 })
  } catch (cause) {
    throw new MakotoError('bundle-invalid', 'the bundle is not readable JSON', { cause })
  }
}

export function decodeField(text: string, what: string): Uint8Array {
  try {
    return decodeBase64(text)
  } catch (cause) {
    throw new MakotoError('bundle-invalid', `the ${what} is not standard padded base64`, { cause })
  }
}

const refuse = (reason: string) => new MakotoError('bundle-invalid', `bundle: ${reason}`)
