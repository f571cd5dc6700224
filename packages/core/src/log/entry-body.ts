import * as z from 'zod'
import { isMakotoError, MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { type EntryClaims, readFields } from './entry-claims.ts'
import { readDsse001, readHashedRekord001, readIntoto001, readIntoto002 } from './rekor-v1-body.ts'
import { readDsse002, readHashedRekord002 } from './rekor-v2-body.ts'
import { malformedLog } from './signed-note.ts'

export interface EntryBody {
  /** As `dsse 0.0.1`. */
  readonly kind: string
  /** How such a log vouches for an entry: v1 with a promise, its clock and a proof, v2 with the proof alone. */
  readonly rekor: 1 | 2
  readonly claims: EntryClaims
}

const MAX_BODY_BYTES = 1024 * 1024
const MAX_DEPTH = 16

const KINDS: ReadonlyMap<string, { rekor: EntryBody['rekor']; read: (spec: unknown) => EntryClaims }> = new Map([
  ['hashedrekord 0.0.1', { rekor: 1, read: readHashedRekord001 }],
  ['dsse 0.0.1', { rekor: 1, read: readDsse001 }],
  ['intoto 0.0.1', { rekor: 1, read: readIntoto001 }],
  ['intoto 0.0.2', { rekor: 1, read: readIntoto002 }],
  ['hashedrekord 0.0.2', { rekor: 2, read: readHashedRekord002 }],
  ['dsse 0.0.2', { rekor: 2, read: readDsse002 }],
])

const bodySchema = z.strictObject({ apiVersion: z.string(), kind: z.string(), spec: z.unknown() })

/**
 * Reads the canonicalised body of an entry, which has to be of the kind that the entry states. Refuses with
 * `log-invalid` unknown kinds, unknown fields and duplicate keys, so that no two readers see two entries in one body.
 */
export function parseEntryBody(body: Uint8Array, stated: { kind: string; version: string }): EntryBody {
  const { kind, apiVersion, spec } = readFields(bodySchema, readJson(body))
  if (kind !== stated.kind || apiVersion !== stated.version)
    throw malformedLog('an entry of another kind than it states')
  const name = `${kind} ${apiVersion}`
  const known = KINDS.get(name)
  if (known === undefined) throw malformedLog(`entries of kind ${name.slice(0, 64)} are not understood`)
  return { kind: name, rekor: known.rekor, claims: known.read(spec) }
}

function readJson(body: Uint8Array): unknown {
  try {
    return parseJson(body, { maxBytes: MAX_BODY_BYTES, maxDepth: MAX_DEPTH })
  } catch (cause) {
    if (!isMakotoError(cause)) throw cause
    throw new MakotoError('log-invalid', 'the body of the log entry is not readable JSON', { cause })
  }
}
