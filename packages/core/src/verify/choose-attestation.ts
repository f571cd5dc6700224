import type { Policy } from '../policy/index.ts'
import { firstRefutation, passed } from './check.ts'
import { agesFrom } from './check-freshness.ts'
import { isEntitled } from './hear-entitled.ts'
import { judgeNewest, type NewestKnown } from './judge-newest.ts'
import { type AskedDataset, matchDataset } from './match-dataset.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import { type VersionHistory, versionOf } from './version-history.ts'

/** An attestation of the bytes that were read, and what came of comparing the two. */
export interface Candidate {
  readonly attestation: Attestation
  readonly checks: readonly Check[]
  readonly newest: NewestKnown
}

/**
 * The attestation that speaks for the dataset: one that nothing contradicts; of several, one whose signer the policy lets
 * attest it, then a signed one, then one that is not superseded, then the best proven, then the latest. Made twice, either will do. Who can
 * write to the store can add candidates, never take a good one away, nor hide with an unsigned one that a
 * signed one is out of date.
 */
export function chooseAttestation(
  attestations: readonly Attestation[],
  asked: AskedDataset,
  history: VersionHistory,
  policy?: Policy,
): Candidate | undefined {
  const candidates = attestations.map((attestation): Candidate => {
    const present = passed('attestation', 'attestation', attestation.path)
    const version = versionOf(attestation)
    return {
      attestation,
      checks: [present, ...attestation.report.checks, ...matchDataset(attestation.report, asked)],
      newest: version ? judgeNewest(version, history) : { later: undefined, forks: [] },
    }
  })
  return candidates.sort((a, b) => compare(rank(b, policy), rank(a, policy)))[0]
}

function rank({ attestation: { report }, checks, newest }: Candidate, policy: Policy | undefined): number[] {
  return [
    Number(firstRefutation(checks) === undefined),
    Number(report.accepted),
    Number(isEntitled(report, policy)),
    Number(report.signer !== undefined),
    Number(newest.later === undefined),
    report.level,
    agesFrom(report)?.getTime() ?? 0,
  ]
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}
