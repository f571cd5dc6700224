import type { PreviousWindow } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import type { Level } from '../trust/levels.ts'
import type { Trust } from '../trust/trust.ts'
import { firstRefutation, passed, plural, refuted, skipped, unmet } from './check.ts'
import { checkWindows } from './check-windows.ts'
import type { Check, FailureCode } from './report.ts'
import { readStreamWindows, type StreamWindow, type StreamWindows, streamName } from './stream-windows.ts'
import { DEFAULT_SKEW_MS } from './verify-bundle.ts'

export interface VerifyStreamWindowsOptions {
  readonly store: Store
  readonly trust: Trust
  /** A window that the caller knows, where older ones are no longer kept: the chain has to lead back to it. */
  readonly anchor?: PreviousWindow | undefined
  /** The moment of the verification. Default: now. */
  readonly at?: Date | undefined
  readonly skewMs?: number | undefined
}

export interface StreamReport {
  readonly verdict: 'PROVEN' | 'NOT PROVEN'
  /** The lowest that a window of the chain proves by itself; 0 where the chain does not hold. */
  readonly level: Level
  readonly stream: string
  readonly failure?: { readonly code: FailureCode; readonly message: string }
  /** Oldest first. */
  readonly windows: readonly StreamWindow[]
  readonly checks: readonly Check[]
}

/**
 * Verifies that a stream's windows in `store` are one unbroken chain, each attested under `trust` and naming the
 * root of the one before it. Who can write to the store can still hide the newest ones.
 *
 * @see L2.P.10, SPEC D8
 */
export async function verifyStreamWindows(
  stream: string,
  { store, trust, anchor, at = new Date(), skewMs = DEFAULT_SKEW_MS }: VerifyStreamWindowsOptions,
): Promise<StreamReport> {
  const found = await readStreamWindows(store, stream, { ...trust, at, skewMs })
  const { checks, ordered } = checkWindows(found.windows, { anchor, skewMs })
  return judgeStream(streamName(stream), found, {
    ordered,
    checks: [...checkFound(found), ...checks, checkSigners(ordered)],
  })
}

function checkFound({ windows, faults, unread }: StreamWindows): Check[] {
  const [fault] = faults
  return [
    windows.length > 0
      ? passed('attestation', 'attestation', plural(windows.length, 'window'))
      : unmet('attestation', 'attestation', 'no window of this stream is in the store that you could trust'),
    ...(fault === undefined ? [] : [refuted('statement', 'statement-invalid', 'window', fault)]),
    ...(unread === 0 ? [] : [skipped('windows', 'windows', `${plural(unread, 'pointer')} not read`)]),
  ]
}

function checkSigners(windows: readonly StreamWindow[]): Check {
  const signers = [...new Set(windows.map(({ signer }) => signer ?? 'nobody'))]
  return passed('key', 'signers', signers.join(', '))
}

function judgeStream(
  stream: string,
  { windows: [first] }: StreamWindows,
  { ordered, checks }: { ordered: readonly StreamWindow[]; checks: readonly Check[] },
): StreamReport {
  const refutation = firstRefutation(checks)
  const missing = checks.find(({ status }) => status !== 'pass')
  const doubt = refutation ?? missing
  const code = refutation?.code ?? (first === undefined ? 'no-attestation' : 'window-gap')
  const lowest = ordered.map(({ level }) => level).sort()[0] ?? 0
  return {
    verdict: doubt ? 'NOT PROVEN' : 'PROVEN',
    level: doubt ? 0 : lowest,
    stream,
    ...(doubt ? { failure: { code, message: `${doubt.title}: ${doubt.detail}` } } : {}),
    windows: ordered,
    checks,
  }
}
