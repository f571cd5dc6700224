import { mayAttest, type Policy, rulesFor, type SignerFacts } from '../policy/index.ts'
import { rememberAnswers } from './answer-memory.ts'
import { plural, refuted, skipped } from './check.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import { type KnownVersion, readHistory, type VersionHistory, versionOf } from './version-history.ts'
import type { WalkOptions } from './walk-options.ts'

/** Answers for one verification; the history of a name is read once however many of its versions are origins. */
export type ObservationCheck = (attestation: Attestation) => Promise<Check | undefined>

/**
 * Whether data that was merely found may be an origin: not where somebody had attested this dataset and these
 * bytes are another version. Who alters an input must not get it back as a fresh one, because the job that found
 * it did not know, or was kept from knowing, who made it. Every trusted signer is heard against it; for it, under a
 * policy, only who may attest the dataset by all of its names.
 *
 * @see FORMATS §3 Origins of data merely found, SPEC D1–D3
 */
export function openObservationCheck({ store, trust, policy }: WalkOptions): ObservationCheck {
  const readVersions = rememberAnswers((...names: string[]) => readHistory(store, names, trust))
  return async (attestation) => {
    if (!isObserved(attestation)) return undefined
    const version = versionOf(attestation)
    if (version === undefined) return undefined
    return judgeObservation(version, attestation, await readVersions(...version.names), policy)
  }
}

function isObserved({ report: { accepted, known } }: Attestation): boolean {
  return accepted && known?.kind === 'origin' && known.predicate.origin.collectionMethod === 'observed-at-read'
}

function judgeObservation(
  version: KnownVersion,
  { report }: Attestation,
  { versions, unread, flooded }: VersionHistory,
  policy: Policy | undefined,
): Check | undefined {
  const title = `origin ${version.names[0]}`
  const others = [...versions.values()].filter(
    ({ names, observed, signer }) => !observed && signer && names.some((name) => version.names.includes(name)),
  )
  const same = others.filter(({ subject }) => subject === version.subject)
  if (same.some(({ signer }) => mayExcuse(signer, version, policy))) return undefined
  const differing = others.filter(({ subject }) => subject !== version.subject)
  const before = differing.find(({ time }) => isBefore(time, report.times[0]?.time ?? new Date(version.time ?? 0)))
  if (before !== undefined)
    return refuted(
      'origins',
      'origin-laundered',
      title,
      `it was only observed, and is not what ${before.bundle} attests of ${before.names[0]}`,
    )
  if (unread === 0) return undefined
  // Anybody can put so many pointers before the one that leads to the attestation which this contradicts.
  return skipped(flooded ? 'input' : 'origins', title, `${plural(unread, 'pointer')} of this name not read`)
}

const mayExcuse = (signer: SignerFacts | undefined, { names }: KnownVersion, policy: Policy | undefined) =>
  policy === undefined || mayAttest(signer, rulesFor(policy, ...names), policy)

const isBefore = (time: number | undefined, observed: Date) => time !== undefined && time <= observed.getTime()
