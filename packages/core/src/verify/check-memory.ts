import type { VerifiedTime } from '../time/index.ts'
import { refuted } from './check.ts'
import { ancestorsOf, comesFrom } from './previous-links.ts'
import type { Check } from './report.ts'
import type { KnownVersion, VersionHistory } from './version-history.ts'
import { newestSeen, type SeenVersion } from './version-memory.ts'

/**
 * Whether a version may follow what this verifier saw proven before: it is that very version, or its `previous`
 * chain leads to it. Anything else is a store that went back, lost something, or began anew.
 *
 * @see FORMATS §3 Order, SPEC §4 D4
 */
export function checkMemory(
  version: KnownVersion,
  seen: readonly SeenVersion[],
  history: VersionHistory,
): Check | undefined {
  for (const name of version.names) {
    const newest = newestSeen(seen.filter((one) => one.name === name))
    const left = newest.find((one) => !follows(version, one, history))
    if (left !== undefined) return refuted('newest', 'rolled-back', 'newest known', describeReturn(version, left))
  }
  return undefined
}

function describeReturn(version: KnownVersion, { subject, time }: SeenVersion): string {
  const when = time === undefined ? '' : `, attested ${new Date(time).toISOString()}`
  const older = time !== undefined && version.time !== undefined && version.time < time
  return `no: you have seen version ${subject} proven${when}; ${older ? 'this one is older' : 'this one does not come after it'}`
}

function follows(version: KnownVersion, seen: SeenVersion, history: VersionHistory): boolean {
  return comesFrom(version, seen.bundle, history) || isAgain(version, seen) || followsAgain(version, seen, history)
}

/**
 * Made again with the same bytes, a version is followed by whatever follows that, though no link leads to the one that was
 * seen. Of one without a time nobody knows whether those bytes were made before it or again.
 */
function followsAgain(version: KnownVersion, seen: SeenVersion, { versions }: VersionHistory): boolean {
  if (seen.time === undefined) return false
  return ancestorsOf(version, versions)
    .filter(({ signer, names }) => signer !== undefined && names.includes(seen.name))
    .some((earlier) => isAgain(earlier, seen))
}

/** The same bytes attested again, not an attestation from before. */
const isAgain = ({ subject, time }: KnownVersion, seen: SeenVersion) =>
  subject === seen.subject && (time ?? 0) >= (seen.time ?? 0)

/**
 * What is written down of a version that was proven: an entry for each of its names, with its time only if one was
 * verified. The verified one alone would not do: anybody can have an old signature timestamped again after a later version.
 */
export function rememberVersion(
  { names, subject, bundle, time }: KnownVersion,
  verified: readonly VerifiedTime[],
): SeenVersion[] {
  return [...new Set(names)].map((name) => ({ name, subject, bundle, time: verified.length > 0 ? time : undefined }))
}
