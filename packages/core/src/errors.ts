import { redactSecrets } from './redaction.ts'

/**
 * Every code that a `MakotoError` can carry, with what it tells the caller. One list for the whole core, in
 * alphabetical order; a room that needs a new one adds its line here.
 */
const MEANINGS = {
  aborted: 'the caller asked to stop',
  'archive-invalid': 'an archive of attestations that is not as an export writes it',
  'bundle-invalid': 'a signed bundle that breaks its schema',
  'data-changed': 'a file changed while it was read',
  'data-unreadable': 'a file or directory could not be read',
  'encoding-invalid': 'hex, base64 or UTF-8 that is not well formed',
  'files-left-out': 'a strict digest met files that the directory rule leaves out',
  'gzip-invalid': 'a gzip object that does not decompress',
  'identity-missing': 'keyless signing and no token that says who signs',
  'jar-not-found': 'no agent for this version of Spark in the package',
  'json-invalid': 'JSON that is malformed, ambiguous or cannot be canonicalised',
  'key-invalid': 'a key that is malformed',
  'key-unavailable': 'a key service or token that could not be reached, or refused',
  'key-unreadable': 'a key file that could not be read',
  'key-unsupported': 'a key, or a kind of key URI, that this version does not take',
  'key-uri-invalid': 'a key URI that is malformed',
  'limit-exceeded': 'something from outside is larger or deeper than allowed',
  'log-invalid': 'a log entry, checkpoint or certificate timestamp that is malformed or does not hold',
  'log-mismatch': 'a log entry of another signature, payload or key',
  'log-rejected': 'the transparency log refused the entry',
  'log-unavailable': 'the transparency log could not be reached',
  'log-untrusted': 'a log that the caller does not trust, or not at that time',
  'manifest-invalid': 'a manifest that breaks FORMATS §1',
  'memory-invalid': 'a memory file with a line that cannot be read',
  'memory-unsafe': 'a memory file that others can write to',
  'memory-unusable': 'a memory file that could not be read or written',
  'name-invalid': 'a path or URI that cannot name a dataset',
  'password-missing': 'an encrypted key and no password for it',
  'password-wrong': 'an encrypted key and a password that does not open it',
  'options-invalid': 'options that cannot be used, or not together',
  'path-invalid': 'a file name that no manifest may hold',
  'provider-missing': 'a package that the key provider needs is not installed',
  'signing-failed': 'the signer gave no signature',
  'policy-invalid': 'a policy that cannot be read, or that asks for what nobody enforces',
  'sink-log-invalid': 'a _spark_metadata log that cannot be followed',
  'source-unsupported': 'no file source answers to this URI',
  'special-file': 'a socket, pipe or device among the data',
  'statement-invalid': 'a statement that breaks its schema',
  'store-conflict': 'the store holds other bytes under this path',
  'store-index-invalid': 'an index.jsonl that is malformed',
  'store-path-invalid': 'a path that no store may hold',
  'store-read-only': 'the store takes no objects',
  'store-unreachable': 'the store could not be read or written',
  'store-unsupported': 'no store answers to this URI',
  'symlink-refused': 'a symbolic link that was not allowed or leaves the root',
  'table-found': 'the directory is a Delta or Iceberg table',
  'timestamp-invalid': 'a timestamp that is malformed or whose signature does not hold',
  'timestamp-mismatch': 'a timestamp of other bytes',
  'timestamp-rejected': 'the timestamp authority refused the request',
  'timestamp-unavailable': 'the timestamp authority could not be reached',
  'timestamp-untrusted': 'a timestamp of an authority that the caller does not trust at that time',
  'trust-invalid': 'certificates or a trusted root that cannot be read',
} as const

export type MakotoErrorCode = keyof typeof MEANINGS

export const MAKOTO_ERROR_CODES = Object.keys(MEANINGS) as readonly MakotoErrorCode[]

export interface MakotoErrorDetails {
  /** What made it fail: the platform's own error, kept for the log. */
  readonly cause?: unknown
  /** What the reader can do about it, one sentence. */
  readonly hint?: string
}

export interface MakotoErrorJson {
  readonly name: 'MakotoError'
  readonly code: MakotoErrorCode
  readonly message: string
  readonly hint?: string
  /** Messages of the causes, nearest first. */
  readonly causes?: readonly string[]
}

/**
 * The one error class: something could not be done or checked. That a check failed is a value in a report, never this.
 *
 * Message and hint are redacted when the error is made, causes when it is serialised, so that neither a log line nor a
 * JSON report can carry a password, a token or a private key.
 */
export class MakotoError extends Error {
  override readonly name = 'MakotoError'
  readonly code: MakotoErrorCode
  readonly hint: string | undefined

  constructor(code: MakotoErrorCode, message: string, { cause, hint }: MakotoErrorDetails = {}) {
    super(redactSecrets(message), cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint === undefined ? undefined : redactSecrets(hint)
  }

  toJSON(): MakotoErrorJson {
    const causes = listCauses(this.cause)
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(causes.length === 0 ? {} : { causes }),
    }
  }
}

/** Narrows a caught value, optionally to one code. */
export function isMakotoError(value: unknown, code?: MakotoErrorCode): value is MakotoError {
  return value instanceof MakotoError && (code === undefined || value.code === code)
}

const MAX_CAUSES = 8

function listCauses(first: unknown): string[] {
  const causes: string[] = []
  for (let cause = first; cause !== undefined && causes.length < MAX_CAUSES; ) {
    causes.push(redactSecrets(cause instanceof Error ? cause.message : String(cause)))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return causes
}
