import { sha256Hex } from '../digest/sha256.ts'
import { type Bundle, parseBundle } from '../envelope/index.ts'
import { isMakotoError } from '../errors.ts'
import type { PublicKey } from '../key/index.ts'
import { type KnownStatement, parseStatement, readPredicate, type Statement } from '../statement/index.ts'
import type { BundleForm } from '../store/layout.ts'
import type { VerifiedTime } from '../time/index.ts'
import { ATTESTATION_REQUIREMENTS, type Level, levelProven } from '../trust/levels.ts'
import type { Trust, VerifiedSigner } from '../trust/trust.ts'
import { firstRefutation, passed, refuted, skipped, unmet } from './check.ts'
import { checkClaims } from './check-claims.ts'
import { checkEvidence, checkUnsigned } from './check-evidence.ts'
import { namesOfSubject } from './dataset-names.ts'
import type { Check } from './report.ts'

export interface VerifyBundleOptions extends Trust {
  /** The moment of the verification. Default: now. */
  readonly at?: Date | undefined
  /** How far clocks may disagree. Default 5 minutes. */
  readonly skewMs?: number | undefined
  /** How long after the stated time the timestamp may come. Default 7 days. */
  readonly latenessMs?: number | undefined
  /** Reasons of partial completeness that do not cap the level, perhaps by the subject's names. Default none. */
  readonly acceptReasons?: readonly string[] | ((...names: readonly string[]) => readonly string[]) | undefined
  /** The largest bundle that is read. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

export interface BundleReport {
  /** H of the bundle's bytes. */
  readonly sha256: string
  readonly form: BundleForm
  /** False where anything contradicts: then the statement says nothing. */
  readonly accepted: boolean
  /** What the attestation proves by itself, without its data and its inputs. */
  readonly level: Level
  readonly statement?: Statement
  readonly known?: KnownStatement
  /** The caller's key that verified the signature, where it was a key. */
  readonly key?: PublicKey
  /** Who signed, by the caller's trust. */
  readonly signer?: VerifiedSigner
  /** Verified times, earliest first. */
  readonly times: readonly VerifiedTime[]
  readonly checks: readonly Check[]
}

/** How much clocks may disagree where nobody says. */
export const DEFAULT_SKEW_MS = 5 * 60_000
const DEFAULT_LATENESS_MS = 7 * 24 * 3_600_000

/**
 * Verifies one attestation, signed (a Sigstore bundle) or not (a bare statement, L1 at most), under the
 * caller's trust. Whatever is wrong with it is a value in the report; this throws nothing.
 *
 * @see SPEC §3 L2.V.1–V.6, FORMATS §3
 */
export function verifyBundle(bytes: Uint8Array, options: VerifyBundleOptions): BundleReport {
  return verifyDigested(bytes, sha256Hex(bytes), options)
}

/** The same where the digest of these very bytes has just been computed. */
export function verifyDigested(bytes: Uint8Array, sha256: string, options: VerifyBundleOptions): BundleReport {
  const settings = withDefaults(options)
  const opened = openBundle(bytes, settings.maxBytes)
  const {
    signer,
    times,
    checks: evidence,
  } = opened.bundle
    ? checkEvidence(opened.bundle, options, settings)
    : { times: [], checks: [...opened.checks, ...checkUnsigned(options)] }
  const content = signer || opened.form === 'intoto' ? readContent(opened.payload) : { checks: [] }
  const claims = content.known ? checkClaims(content.known, signer, times, acceptFor(content.statement, settings)) : []
  const checks = [...evidence, ...content.checks, ...claims]
  const accepted = firstRefutation(checks) === undefined
  return {
    sha256,
    form: opened.form,
    accepted,
    level: accepted ? levelProven(checks, ATTESTATION_REQUIREMENTS) : 0,
    ...(content.statement ? { statement: content.statement } : {}),
    ...(content.known ? { known: content.known } : {}),
    ...(signer?.kind === 'key' ? { key: signer.key } : {}),
    ...(signer ? { signer } : {}),
    times,
    checks,
  }
}

function withDefaults(options: VerifyBundleOptions) {
  const { at = new Date(), skewMs = DEFAULT_SKEW_MS, latenessMs = DEFAULT_LATENESS_MS, acceptReasons = [] } = options
  return { at, skewMs, latenessMs, acceptReasons, maxBytes: options.maxBytes }
}

function acceptFor(statement: Statement | undefined, settings: ReturnType<typeof withDefaults>) {
  const { acceptReasons } = settings
  if (typeof acceptReasons !== 'function') return { ...settings, acceptReasons }
  const [subject] = statement?.subject ?? []
  return { ...settings, acceptReasons: acceptReasons(...(subject ? namesOfSubject(subject) : [])) }
}

type Opened = { form: BundleForm; payload: Uint8Array; bundle?: Bundle; checks: Check[] }

function openBundle(bytes: Uint8Array, maxBytes: number | undefined): Opened {
  try {
    const bundle = parseBundle(bytes, { maxBytes })
    return { form: 'sigstore', payload: bundle.payload, bundle, checks: [] }
  } catch (error) {
    if (!isMakotoError(error)) throw error
    if (readContent(bytes).statement !== undefined) return { form: 'intoto', payload: bytes, checks: UNSIGNED }
    const malformed = refuted('signature', 'bundle-malformed', 'bundle', error.message)
    return { form: 'sigstore', payload: bytes, checks: [malformed] }
  }
}

const UNSIGNED: Check[] = [
  unmet('signature', 'signature', 'the statement is not signed'),
  unmet('key', 'key', 'the statement is not signed'),
  skipped('timestamp', 'timestamp', 'no verified signature that a timestamp could cover'),
]

function readContent(payload: Uint8Array): { statement?: Statement; known?: KnownStatement; checks: Check[] } {
  try {
    const statement = parseStatement(payload)
    const known = readPredicate(statement)
    const detail = known.kind === 'other' ? `${statement.predicateType}, no schema of ours` : statement.predicateType
    return { statement, known, checks: [passed('statement', 'statement', detail)] }
  } catch (error) {
    if (!isMakotoError(error)) throw error
    return { checks: [refuted('statement', 'statement-invalid', 'statement', error.message)] }
  }
}
