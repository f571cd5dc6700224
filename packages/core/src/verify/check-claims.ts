import type { KnownStatement, StreamWindowPredicate } from '../statement/index.ts'
import { countSchema } from '../statement/parts.ts'
import type { VerifiedTime } from '../time/index.ts'
import type { VerifiedSigner } from '../trust/trust.ts'
import { declared, passed, skipped, unmet } from './check.ts'
import { completenessOf } from './completeness.ts'
import type { Check } from './report.ts'

export interface ClaimOptions {
  /** How far clocks may disagree. */
  readonly skewMs: number
  /** How long after the work a timestamp may come: a spool that waited for its authority. */
  readonly latenessMs: number
  /** Reasons for being partial that the caller accepts. */
  readonly acceptReasons: readonly string[]
}

/**
 * What the statement says of itself, against what was verified: who, when, and how completely.
 *
 * @see L2.P.5, L2.P.7–P.9, L2.V.5, FORMATS §3
 */
export function checkClaims(
  known: KnownStatement,
  signer: VerifiedSigner | undefined,
  times: readonly VerifiedTime[],
  options: ClaimOptions,
): Check[] {
  if (known.kind === 'streamWindow')
    return [checkIdentity(known, signer), checkTimes(known, times, options), checkDrops(known.predicate)]
  if (known.kind !== 'origin' && known.kind !== 'transform')
    return [checkIdentity(known, signer), checkTimes(known, times, options)]
  return [
    checkIdentity(known, signer),
    checkTimes(known, times, options),
    checkCompleteness(known, options),
    ...checkReferences(known),
    ...checkDigestSources(known),
  ]
}

/** The id of who made the statement, with its `#role`. */
export function actorOf(known: KnownStatement): string | undefined {
  switch (known.kind) {
    case 'origin':
    case 'streamWindow':
      return known.predicate.collector?.id
    case 'transform':
    case 'run':
      return known.predicate.executor.id
    case 'dbom':
      return textOf(known.predicate.metadata?.generator?.id)
    case 'summary':
      return known.predicate.verifier.id
    default:
      return undefined
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** A certificate is named by its SAN, a key by its digest; what follows `#` is a role, which nothing proves. */
function checkIdentity(known: KnownStatement, signer: VerifiedSigner | undefined): Check {
  const actor = actorOf(known)
  if (signer === undefined) return skipped('identity', 'identity', 'nothing is signed, so nobody is named')
  if (actor === undefined) return skipped('identity', 'identity', 'this predicate names nobody')
  if (actor === signer.id || withoutRole(actor) === signer.id) return passed('identity', 'identity', actor)
  return unmet('identity', 'identity', `the statement names ${actor}, the signature is by ${signer.id}`)
}

function withoutRole(actor: string): string {
  const role = actor.lastIndexOf('#')
  return role < 0 ? actor : actor.slice(0, role)
}

/** When the statement says that its work ended; undefined where that is no time. */
export function claimedTimeOf(known: KnownStatement): Date | undefined {
  const time = new Date(claimedTextOf(known) ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

function claimedTextOf(known: KnownStatement): string | undefined {
  switch (known.kind) {
    case 'origin':
      return known.predicate.origin.collectionTimestamp
    case 'transform':
      return known.predicate.metadata?.finishedOn
    case 'streamWindow':
      return textOf(known.predicate.metadata?.finishedOn)
    case 'run':
      return known.predicate.run.time
    case 'dbom':
      return known.predicate.metadata?.created
    case 'summary':
      return known.predicate.timeVerified
    default:
      return undefined
  }
}

/**
 * The claimed time may lie at most `skewMs` after the verified one and at most `latenessMs` before it: a
 * later claim is from the future, an earlier one is backdated (SPEC D4).
 */
function checkTimes(known: KnownStatement, times: readonly VerifiedTime[], options: ClaimOptions): Check {
  const claimed = claimedTimeOf(known)
  const [verified] = times
  if (claimed === undefined) return unmet('times', 'times', 'the statement does not say when its work ended')
  if (verified === undefined) return skipped('times', 'times', 'no verified time to compare with')
  const started = known.kind === 'transform' ? known.predicate.metadata?.startedOn : undefined
  if (started !== undefined && new Date(started) > claimed)
    return unmet('times', 'times', `started on ${started}, after it finished`)
  const before = verified.time.getTime() - claimed.getTime()
  const stated = `stated ${claimed.toISOString()}, verified ${verified.time.toISOString()}`
  // Written so that NaN, which a caller from JavaScript may allow, allows nothing.
  if (!(before >= -options.skewMs)) return unmet('times', 'times', `${stated}: the statement is from the future`)
  if (!(before <= options.latenessMs)) return unmet('times', 'times', `${stated}: the statement is backdated`)
  return passed('times', 'times', stated)
}

type Dataset = Extract<KnownStatement, { kind: 'origin' | 'transform' }>

function checkCompleteness(known: Dataset, { acceptReasons }: ClaimOptions): Check {
  const { inputs, outputs, reasons } = completenessOf(known)
  if (inputs === 'full' && outputs === 'full')
    return passed('completeness', 'completeness', 'inputs and outputs in full')
  const named = reasons.join(', ') || 'no reason given'
  const part = [inputs === 'partial' ? 'inputs' : '', outputs === 'partial' ? 'outputs' : '']
    .filter(Boolean)
    .join(' and ')
  if (reasons.length > 0 && reasons.every((reason) => acceptReasons.includes(reason)))
    return passed('completeness', 'completeness', `${part} partial (${named}), which you accept`)
  return unmet('completeness', 'completeness', `${part} partial: ${named}`)
}

/** A window is whole where it says that it dropped nothing. @see SPEC §1, D8 */
function checkDrops({ metadata }: StreamWindowPredicate): Check {
  const dropped = countSchema.safeParse(metadata?.droppedRecords)
  if (!dropped.success) return unmet('completeness', 'completeness', 'it does not say how many records were dropped')
  if (Number(dropped.data) === 0) return passed('completeness', 'completeness', 'no record of the window was dropped')
  return unmet('completeness', 'completeness', `${dropped.data} records were dropped`)
}

function checkReferences(known: Dataset): Check[] {
  if (known.kind === 'origin') return []
  const { inputs } = known.predicate
  const bare = inputs.filter((input) => input.attestationRef === undefined || input.attestationDigest === undefined)
  if (bare.length === 0)
    return [passed('references', 'references', `${inputs.length} of ${inputs.length} inputs name their attestation`)]
  return [unmet('references', 'references', `no attestation is named for ${bare.map(({ name }) => name).join(', ')}`)]
}

/** `in-stream` and `read-back` were hashed in the write itself; every other source is the producer's word. @see FORMATS §3 */
function checkDigestSources(known: Dataset): Check[] {
  const { written } = known.predicate
  const inputs = known.kind === 'transform' ? known.predicate.inputs : []
  const others = known.kind === 'transform' ? known.predicate.others : undefined
  const own = known.kind === 'origin' ? known.predicate.digestSource : undefined
  const stated: [string, string | undefined][] = [
    ['data', own],
    ['outputs', written?.digestSource],
    ['files of others', others?.digestSource],
    ...inputs.map(({ name, observed }): [string, string | undefined] => [name, observed?.digestSource]),
  ]
  const words = stated.filter(([, source]) => source !== undefined && source !== 'in-stream' && source !== 'read-back')
  if (words.length === 0) return []
  return [declared('digest-source', 'digests', words.map(([what, source]) => `${what}: ${source}`).join(', '))]
}
