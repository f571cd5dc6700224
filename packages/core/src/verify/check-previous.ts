import { digestManifest, type ManifestEntry } from '../digest/manifest.ts'
import type { KnownStatement, Previous, Subject } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import { passed, plural, refuted, skipped, unmet } from './check.ts'
import { faultOfState } from './check-state.ts'
import { namesOfSubject } from './dataset-names.ts'
import { readFileList } from './file-list.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'

/** A version that holds files of others beside what its execution wrote, by the statement's own words. */
export interface Addition {
  readonly subject: Subject
  readonly known: Extract<KnownStatement, { kind: 'origin' | 'transform' }>
  readonly written: string | undefined
  readonly previous: PreviousVersion | undefined
}

/** The version before, as it is named. */
export interface PreviousVersion {
  readonly subject: string
  readonly stateDigest: string | undefined
  readonly bundle: string
}

/**
 * What a version adds to the one before it; undefined where it replaced everything, or does not tell what was
 * written from what was there.
 *
 * @see docs/spec/predicates.md Transform `written`, `others`
 */
export function findAddition({ report }: Attestation): Addition | undefined {
  const { accepted, known, statement } = report
  const [subject] = statement?.subject ?? []
  if (!accepted || subject === undefined || (known?.kind !== 'origin' && known?.kind !== 'transform')) return undefined
  const { written, others, previous } = known.predicate
  const whole = written === undefined || written.sha256 === subject.digest.sha256
  const kept = Number(others?.files ?? 0) > 0 || (previous && keepsFiles(known))
  if (whole && !kept) return undefined
  return {
    subject,
    known,
    written: written?.sha256,
    previous: previous ? readPrevious(previous) : undefined,
  }
}

/** An append takes nothing away, and neither it nor an overwrite of partitions replaces the whole where nobody tells what was written. */
function keepsFiles(known: Addition['known']): boolean {
  return isAppend(known) || (modeOf(known) === 'dynamic-overwrite' && known.predicate.written === undefined)
}

const modeOf = (known: Addition['known']) => known.predicate.transform?.parameters?.mode

const readPrevious = ({ sha256, stateDigest, attestationDigest }: NonNullable<Previous>): PreviousVersion => ({
  subject: sha256,
  stateDigest,
  bundle: attestationDigest.sha256,
})

/**
 * Whether the files that a version did not write itself stand, byte for byte, in the version before it. What
 * that one says of itself counts on: an append after a partial version makes nothing whole again.
 *
 * @see FORMATS §3 Order, SPEC D3
 */
export async function checkPrevious(
  { subject, known, written, previous }: Addition,
  upstream: Attestation | undefined,
  { store, time, skewMs }: { readonly store: Store; readonly time: Date | undefined; readonly skewMs: number },
): Promise<Check> {
  const title = `files before ${subject.name}`
  if (previous === undefined) return unmet('previous', title, 'files of others, which no attested version holds')
  if (upstream === undefined) return skipped('previous', title, 'the version before it is not in this store')
  const { report, path } = upstream
  const [before, ...more] = report.statement?.subject ?? []
  const described = report.known?.kind === 'origin' || report.known?.kind === 'transform' ? report.known : undefined
  if (!report.accepted || before === undefined || more.length > 0 || described === undefined)
    return unmet('previous', title, `${path}, the version before it, is not accepted`)
  if (
    before.digest.sha256 !== previous.subject ||
    !namesOfSubject(before).some((name) => namesOfSubject(subject).includes(name))
  )
    return refuted('previous', 'previous-mismatch', title, `${path} is no version of this dataset, or another one`)
  // Most name only its bytes and its bundle, which fixes the rest.
  const state = previous.stateDigest === undefined ? undefined : faultOfState(previous, before)
  if (state?.contradicts) return refuted('previous', 'previous-mismatch', title, `${path}: ${state.detail}`)
  const [made] = report.times
  if (made && time && made.time.getTime() > time.getTime() + skewMs)
    return refuted('previous', 'previous-mismatch', title, `${path} was attested after what is said to follow it`)
  if (state) return unmet('previous', title, `${path}: ${state.detail}`)
  if (before.annotations?.kind !== subject.annotations?.kind)
    return unmet('previous', title, `${path}, the version before it, is of another kind`)
  const [now, then] = await Promise.all([
    readFileList(store, subject.digest.sha256 ?? '', known.predicate),
    readFileList(store, previous.subject, described.predicate),
  ])
  if (now === undefined || then === undefined) return skipped('previous', title, 'a list of files is not in this store')
  const fresh = withoutFilesOf(now, then)
  const gone = isAppend(known) ? missingPaths(now, then) : 0
  if (gone > 0) return unmet('previous', title, `${plural(gone, 'file')} of ${path}, the version before it, are gone`)
  if (written === undefined) return unmet('previous', title, 'it does not say which files it wrote')
  if (digestManifest(fresh).sha256 === written)
    return passed('previous', title, `${plural(now.length - fresh.length, 'file')}, all in the version before it`)
  return unmet('previous', title, `not all files of others are in the version before it, ${path}`)
}

/** An append takes nothing away: what is gone was taken by somebody who stated nothing. */
function isAppend(known: Addition['known']): boolean {
  return modeOf(known) === 'append'
}

function missingPaths(now: readonly ManifestEntry[], then: readonly ManifestEntry[]): number {
  const paths = new Set(now.map(({ path }) => path))
  return then.filter(({ path }) => !paths.has(path)).length
}

function withoutFilesOf(now: readonly ManifestEntry[], then: readonly ManifestEntry[]): ManifestEntry[] {
  const before = new Map(then.map(({ path, sha256 }) => [path, sha256]))
  return now.filter(({ path, sha256 }) => before.get(path) !== sha256)
}
