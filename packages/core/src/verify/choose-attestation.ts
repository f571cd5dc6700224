import type { Policy } from '../policy/index.ts'
import { firstRefutation, passed } from './check.ts'
import { agesFrom } from './check-freshness.ts'
import { isEntitled } from './hear-entitled.ts'
import { judgeNewest, type NewestKnown } from './judge-newest.ts'
import { type AskedDataset, matchDataset } from './match-dataset.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import { type VersionHistory, versionOf } from './version-history.ts'

/**
 * Each is compared with thousands of versions that anybody can add as well, and none of them says anything for sure: the
 * youngest are asked, by their own word.
 */
const MAX_UNSIGNED = 32

/** An attestation of the bytes that were read, and what came of comparing the two. */
export interface Contender {
  readonly attestation: Attestation
  readonly checks: readonly Check[]
}

export interface Candidate extends Contender {
  readonly newest: NewestKnown
}

/**
 * The attestations that may speak for the dataset, whatever its other versions are: of those that nothing contradicts, the ones
 * whose signer the policy lets attest it; of these, the signed ones. Who can write to the store can add some that say as much,
 * never take a good one away.
 */
export function findContenders(
  attestations: readonly Attestation[],
  asked: AskedDataset,
  policy?: Policy,
): Contender[] {
  const present = (path: string) => passed('attestation', 'attestation', path)
  const all = attestations.map((attestation): Contender => {
    const { path, report } = attestation
    return { attestation, checks: [present(path), ...report.checks, ...matchDataset(report, asked)] }
  })
  const ranks = new Map(all.map((contender) => [contender, rankAlone(contender, policy)]))
  const rankOf = (contender: Contender) => ranks.get(contender) ?? []
  const [best] = all.toSorted((a, b) => compare(rankOf(b), rankOf(a)))
  return best === undefined ? [] : all.filter((contender) => compare(rankOf(contender), rankOf(best)) === 0)
}

function rankAlone({ attestation: { report }, checks }: Contender, policy: Policy | undefined): number[] {
  return [
    Number(firstRefutation(checks) === undefined),
    Number(report.accepted),
    Number(isEntitled(report, policy)),
    Number(report.signer !== undefined),
  ]
}

/**
 * The one that does: not superseded if there is one, then the best proven, then the latest, then the one that was timestamped
 * first. Made twice, either will do; a timestamp that is put on it later makes it no better.
 */
export function chooseAttestation(contenders: readonly Contender[], history: VersionHistory): Candidate | undefined {
  let superseded: Candidate | undefined
  const ranked = contenders.toSorted((a, b) => compare(rank(b), rank(a)))
  const unsigned = ranked.filter(({ attestation }) => attestation.report.signer === undefined)
  const judged = unsigned.length > 0 ? unsigned.toSorted(byStatedTime).slice(0, MAX_UNSIGNED) : ranked
  for (const contender of judged) {
    const version = versionOf(contender.attestation)
    const newest = version ? judgeNewest(version, history) : { later: undefined, forks: [] }
    if (newest.later === undefined) return { ...contender, newest }
    superseded ??= { ...contender, newest }
  }
  return superseded
}

const byStatedTime = (a: Contender, b: Contender) => statedTimeOf(b) - statedTimeOf(a)

const statedTimeOf = ({ attestation }: Contender) => versionOf(attestation)?.time ?? 0

function rank({ attestation: { report } }: Contender): number[] {
  const { level, times } = report
  return [level, agesFrom(report)?.getTime() ?? 0, -(times[0]?.time.getTime() ?? Number.POSITIVE_INFINITY)]
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}
