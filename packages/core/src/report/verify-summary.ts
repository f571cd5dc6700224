import type { Subject } from '../statement/index.ts'
import type { CheckId, Level } from '../trust/levels.ts'
import { firstRefutation, passed, refuted, unmet } from '../verify/check.ts'
import { checkDemands } from '../verify/check-demands.ts'
import { checkUnlisted } from '../verify/check-unlisted.ts'
import { isNamed } from '../verify/dataset-names.ts'
import type { Check } from '../verify/report.ts'
import { type BundleReport, type VerifyBundleOptions, verifyBundle } from '../verify/verify-bundle.ts'

/** What a summary of a verifier whom the caller trusts says of one dataset version. */
export interface SummaryReport {
  readonly accepted: boolean
  /** The level that the verifier proved; 0 where the summary is not accepted, at most 1 where nothing proves its time. */
  readonly level: Level
  /** Who verified, as the signature proves. */
  readonly verifier: string | undefined
  /** Digests of the attestations that were verified. */
  readonly attestations: readonly string[]
  readonly checks: readonly Check[]
}

export interface SummarySubject {
  readonly name: string
  readonly kind: string
  readonly sha256: string
  /** As `digestDataset` found them: the digest does not cover them, and so no summary does. */
  readonly unlisted?: readonly string[] | undefined
  readonly insecureUnlisted?: boolean | undefined
}

/**
 * Verifies a verification summary: signed under a key in `trust` that the caller trusts as a verifier's (not as a
 * producer's), by the verifier that it names, about this very name, kind and digest, passed, with exactly one level of ours.
 *
 * What the verifier did not tell stays unknown: its keys, its clock, and whether a later version was hidden from it.
 */
export function verifySummary(bytes: Uint8Array, asked: SummarySubject, trust: VerifyBundleOptions): SummaryReport {
  checkDemands(trust)
  const bundle = verifyBundle(bytes, trust)
  const content = bundle.accepted ? checkContent(bundle, asked) : { claimed: 0 as const, checks: [] }
  const checks = [...bundle.checks, ...content.checks]
  const accepted =
    bundle.accepted && content.claimed > 0 && firstRefutation(checks) === undefined && holds(bundle, 'identity')
  const dated = holds(bundle, 'timestamp') && holds(bundle, 'times')
  return {
    accepted,
    level: !accepted ? 0 : dated ? content.claimed : 1,
    verifier: accepted ? bundle.signer?.id : undefined,
    attestations: accepted ? listAttestations(bundle) : [],
    checks,
  }
}

const holds = ({ checks }: BundleReport, id: CheckId) =>
  checks.some((check) => check.id === id && check.status === 'pass')

function listAttestations({ known }: BundleReport): string[] {
  if (known?.kind !== 'summary') return []
  return (known.predicate.inputAttestations ?? []).map(({ digest }) => digest.sha256)
}

function checkContent({ known, statement }: BundleReport, asked: SummarySubject): { claimed: Level; checks: Check[] } {
  const [subject, ...more] = statement?.subject ?? []
  if (known?.kind !== 'summary' || subject === undefined || more.length > 0)
    return refuse(refuted('statement', 'predicate-type', 'summary', 'this is no verification summary of one subject'))
  const { verificationResult, verifiedLevels, resourceUri } = known.predicate
  const unlisted = checkUnlisted(asked, asked.insecureUnlisted ?? false)
  const about = [...checkSubject(subject, resourceUri, asked), ...unlisted]
  const levels = verifiedLevels.flatMap((text) => readLevel(text))
  const [claimed, ...others] = levels
  if (verificationResult !== 'PASSED' || claimed === undefined || others.length > 0) {
    const said = `${verificationResult}, ${verifiedLevels.join(', ') || 'no level'}`
    return refuse(
      ...about,
      unmet('claimed-level', 'summary', `one MAKOTO level and PASSED are expected, it says ${said}`),
    )
  }
  return {
    claimed,
    checks: [...about, passed('claimed-level', 'summary', `L${claimed}, verified by somebody you trust`)],
  }
}

const refuse = (...checks: Check[]) => ({ claimed: 0 as const, checks })

function checkSubject(subject: Subject, resourceUri: string, { name, kind, sha256 }: SummarySubject): Check[] {
  const named = isNamed(subject, name) && resourceUri === subject.name
  return [
    named
      ? passed('name', 'name', name)
      : refuted(
          'name',
          'name-mismatch',
          'name',
          `the summary is about ${subject.name} (${resourceUri}), not about ${name}`,
        ),
    subject.annotations?.kind === kind
      ? passed('kind', 'kind', kind)
      : refuted(
          'kind',
          'kind-mismatch',
          'kind',
          `the summary speaks of ${subject.annotations?.kind ?? 'no kind'}, not of ${kind}`,
        ),
    subject.digest.sha256 === sha256
      ? passed('data', 'subject', sha256)
      : refuted(
          'data',
          'digest-mismatch',
          'subject',
          `the summary is about ${subject.digest.sha256}, not about ${sha256}`,
        ),
  ]
}

function readLevel(text: string): (1 | 2 | 3)[] {
  const level = /^MAKOTO_L([1-3])$/.exec(text)?.[1]
  return level === '1' ? [1] : level === '2' ? [2] : level === '3' ? [3] : []
}
