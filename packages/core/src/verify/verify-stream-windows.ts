import { acceptedReasons, type Policy, requiredLevel } from '../policy/index.ts'
import type { PreviousWindow } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import { askMore } from '../trust/thresholds.ts'
import type { Trust } from '../trust/trust.ts'
import { firstRefutation, passed, plural, refuted, skipped, unmet } from './check.ts'
import { checkDemands } from './check-demands.ts'
import { checkStreamPolicy } from './check-stream-policy.ts'
import { checkWindows } from './check-windows.ts'
import type { Check } from './report.ts'
import { STREAM_REPORT_SCHEMA, type StreamReport } from './stream-report.ts'
import { readStreamWindows, type StreamWindow, type StreamWindows, streamName } from './stream-windows.ts'
import { DEFAULT_SKEW_MS } from './verify-bundle.ts'

export interface VerifyStreamWindowsOptions {
  readonly store: Store
  readonly trust: Trust
  /** A window that the caller knows, where older ones are no longer kept: the chain has to lead back to it. */
  readonly anchor?: PreviousWindow | undefined
  /** What has to hold for every window, by its name; `trust` says whom the policy believes. */
  readonly policy?: Policy | undefined
  /** The level that every window must prove by itself. Default: what the policy asks for the first of them, else 2. */
  readonly level?: 1 | 2 | 3 | undefined
  /** How many different authorities have to vouch for the time of each window, where `trust` asks for fewer. */
  readonly timestampThreshold?: number | undefined
  /** How many different logs have to hold the signature of each, where `trust` asks for fewer. */
  readonly logThreshold?: number | undefined
  /** The moment of the verification. Default: now. */
  readonly at?: Date | undefined
  readonly skewMs?: number | undefined
}

/**
 * Verifies that a stream's windows in `store` are one unbroken chain, each attested under `trust` and naming the
 * root of the one before it. Who can write to the store can still hide the newest ones. Resolves to a report
 * whatever the verdict.
 *
 * @see L2.P.10, SPEC D8
 */
export async function verifyStreamWindows(stream: string, options: VerifyStreamWindowsOptions): Promise<StreamReport> {
  checkDemands(options)
  const { store, policy, anchor, at = new Date(), skewMs = DEFAULT_SKEW_MS } = options
  const acceptReasons = policy && ((...names: readonly string[]) => acceptedReasons(policy, ...names))
  const trust = { ...askMore(options.trust, options), at, skewMs, acceptReasons }
  const found = await readStreamWindows(store, stream, trust, policy)
  const { checks: links, ordered } = checkWindows(found.windows, { anchor, skewMs })
  const [first] = found.windows
  const level = options.level ?? (policy && first && requiredLevel(policy, first.id)) ?? 2
  const asked = policy && first ? [await checkStreamPolicy(found.windows, { policy, store, trust, at })] : []
  const checks = [...checkFound(found), ...(first ? [...links, checkSigners(ordered), ...asked] : [])]
  return {
    schema: STREAM_REPORT_SCHEMA,
    ...judgeStream(ordered, checks, level),
    stream: streamName(stream),
    ...(anchor ? { anchor } : {}),
    verifiedOn: at.toISOString(),
    refused: found.refused.length,
    windows: ordered.map(describeWindow),
    checks,
  }
}

function checkFound({ windows, faults, refused, unread }: StreamWindows): Check[] {
  const [fault] = faults
  return [
    ...checkPresence(windows, refused),
    ...(fault === undefined ? [] : [refuted('statement', 'statement-invalid', 'window', fault)]),
    ...(unread === 0 ? [] : [unmet('windows', 'windows', `${plural(unread, 'pointer')} not read`)]),
  ]
}

/** What is refused beside windows that hold says nothing against them: anybody can put it there. */
function checkPresence(windows: readonly StreamWindow[], refused: StreamWindows['refused']): Check[] {
  const [first] = refused
  const others = first && `${plural(refused.length, 'attestation')} refused, first ${first.path}: ${first.detail}`
  if (windows.length > 0)
    return [
      passed('attestation', 'attestation', plural(windows.length, 'window')),
      ...(others === undefined ? [] : [skipped('attestation', 'refused', others)]),
    ]
  return first?.code && others !== undefined
    ? [refuted('attestation', first.code, 'attestation', others)]
    : [unmet('attestation', 'attestation', 'the store has no window of this stream')]
}

function checkSigners(windows: readonly StreamWindow[]): Check {
  const signers = [...new Set(windows.map(({ signer }) => signer))]
  const named = signers.filter((signer) => signer !== undefined)
  return named.length === 0
    ? skipped('key', 'signers', 'nobody signed them')
    : passed('key', 'signers', named.join(', '))
}

function judgeStream(windows: readonly StreamWindow[], checks: readonly Check[], required: 1 | 2 | 3) {
  const failed = checks.filter(({ status }) => status === 'fail')
  const doubt = firstRefutation(checks) ?? failed.find(({ id }) => id !== 'policy')
  const [lowest] = doubt ? [] : windows.toSorted((a, b) => a.level - b.level)
  const level = lowest?.level ?? 0
  const [refused] = failed
  const tooLow = level < required ? failForLevel(lowest, required) : undefined
  const failure = doubt ? failFor(doubt) : (tooLow ?? (refused && failFor(refused)))
  const verdict = failure ? ('NOT PROVEN' as const) : ('PROVEN' as const)
  return { verdict, level, required, ...(failure ? { failure } : {}) }
}

type Failure = NonNullable<StreamReport['failure']>

const MISSING: Partial<Record<Check['id'], Failure['code']>> = {
  attestation: 'no-attestation',
  policy: 'policy-not-met',
}

function failFor({ id, code, title, detail }: Check): Failure {
  return { code: code ?? MISSING[id] ?? 'window-gap', message: `${title}: ${detail}` }
}

function failForLevel(lowest: StreamWindow | undefined, required: 1 | 2 | 3): Failure {
  const reason = lowest?.doubt === undefined ? '' : `: window ${lowest.id}: ${lowest.doubt}`
  return { code: 'level-not-met', message: `L${lowest?.level ?? 0} is proven, L${required} is required${reason}` }
}

function describeWindow(window: StreamWindow): StreamReport['windows'][number] {
  const { id, sha256, root, bundle, reference, level, signer, time, previous } = window
  return {
    id,
    sha256,
    merkleRoot: root,
    bundle,
    reference,
    level,
    signer: signer ?? null,
    time: time?.toISOString() ?? null,
    start: tellTime(window.start),
    end: tellTime(window.end),
    previous: previous?.windowId ?? null,
  }
}

const tellTime = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString())
