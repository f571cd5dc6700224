import { firstRefutation } from './check.ts'
import { checkFreshness } from './check-freshness.ts'
import { checkMemory } from './check-memory.ts'
import { checkNewest } from './check-newest.ts'
import { countUnread, type NewestKnown } from './judge-newest.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check, Report } from './report.ts'
import { DEFAULT_SKEW_MS } from './verify-bundle.ts'
import { type VersionHistory, versionOf } from './version-history.ts'
import type { VersionMemory } from './version-memory.ts'

export interface VersionQuestions {
  /** Digest of the version in question. */
  readonly found: string
  readonly expectVersion?: string | undefined
  readonly memory?: VersionMemory | undefined
  readonly maxAgeMs?: number | undefined
  readonly at?: Date | undefined
  readonly skewMs?: number | undefined
}

/**
 * Whether a version is the one to use: none later is known, neither to the caller nor to the store nor from what
 * this verifier saw before, and it is young enough.
 *
 * @see FORMATS §3 Order, L2.V.7
 */
export async function questionVersion(
  attestation: Attestation,
  newest: NewestKnown,
  history: VersionHistory,
  { found, expectVersion, memory, maxAgeMs, at = new Date(), skewMs = DEFAULT_SKEW_MS }: VersionQuestions,
): Promise<{ newestKnown: Report['newestKnown']; checks: Check[] }> {
  const version = versionOf(attestation)
  const unread = countUnread(version, history, skewMs)
  const { newestKnown, check } = checkNewest(newest, { found, expectVersion, unread })
  const fresh = checkFreshness(attestation.report, { maxAgeMs, at })
  if (version === undefined || memory === undefined || firstRefutation([check]) !== undefined)
    return { newestKnown, checks: [check, ...fresh] }
  const rolledBack = checkMemory(version, await memory.recall(version.names), history)
  return rolledBack === undefined
    ? { newestKnown, checks: [check, ...fresh] }
    : { newestKnown: 'no', checks: [rolledBack, ...fresh] }
}
