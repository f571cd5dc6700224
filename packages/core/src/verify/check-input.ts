import type { ManifestEntry } from '../digest/index.ts'
import type { KnownStatement, TransformInput } from '../statement/index.ts'
import { type BundleForm, readAttestationPath } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { passed, plural, refuted, skipped, unmet } from './check.ts'
import { faultOfState } from './check-state.ts'
import { isNamed } from './dataset-names.ts'
import { readFileList } from './file-list.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'

/** Where in the caller's store an input's attestation must lie. */
export interface InputPlace {
  readonly subject: string
  readonly bundle: string
  readonly form: BundleForm
}

/**
 * Where to look an input up. A reference is compared, never followed: it is the one path that the
 * input's own digests give, or it is refused, be it a URL, absolute, or with `..` in it.
 *
 * @see FORMATS §3 References, L2.P.9
 */
export function locateInput(input: TransformInput): InputPlace | Check {
  const { name, digest, attestationRef, attestationDigest, differsFrom } = input
  const title = `input ${name}`
  if (differsFrom !== undefined)
    return refuted(
      'input',
      'input-differs',
      title,
      'the bytes that were read are not those of its newest attested version',
    )
  if (attestationRef === undefined) return skipped('input', title, 'no attestation is named for it')
  const place = readAttestationPath(attestationRef)
  if (place === undefined)
    return refuted('input', 'reference-invalid', title, `not a place in a store: ${JSON.stringify(attestationRef)}`)
  if (attestationDigest === undefined) return skipped('input', title, 'the digest of its attestation is not stated')
  if (place.subject !== digest.sha256 || place.bundle !== attestationDigest.sha256)
    return refuted('input', 'reference-invalid', title, `${attestationRef} is not the place that its digests give`)
  return place
}

/**
 * Compares an input as a statement names it with the attestation that was found for it: verified, of
 * these very bytes and, where it is a table, this state, of this name, holding every file that was read, and
 * no younger than its output.
 *
 * @see L2.V.8, FORMATS §3
 */
export async function checkInput(
  input: TransformInput,
  upstream: Attestation,
  output: { readonly time: Date | undefined; readonly store: Store; readonly skewMs: number },
): Promise<Check> {
  const { report, path } = upstream
  const title = `input ${input.name}`
  const [subject, ...more] = report.statement?.subject ?? []
  if (!report.accepted || subject === undefined || more.length > 0) {
    const fault = report.checks.find(({ code }) => code !== undefined)?.detail ?? 'it has not exactly one subject'
    return refuted('input', 'input-refused', title, `${path}: ${fault}`)
  }
  if (report.known === undefined || !MAY_BE_INPUT.has(report.known.kind))
    return refuted('input', 'input-refused', title, `${path} is no attestation of a dataset`)
  if (subject.digest.sha256 !== input.digest.sha256)
    return refuted('input', 'input-digest-mismatch', title, `${path} is about other bytes than were read`)
  const state = faultOfState(input.digest, subject)
  if (state?.contradicts) return refuted('input', 'input-digest-mismatch', title, `${path}: ${state.detail}`)
  if (!isNamed(subject, input.name))
    return refuted('input', 'input-name-mismatch', title, `${path} is about ${subject.name}`)
  const [made] = report.times
  if (made && output.time && made.time.getTime() > output.time.getTime() + output.skewMs)
    return refuted(
      'input',
      'input-later-than-output',
      title,
      `attested ${made.time.toISOString()}, after what was made of it`,
    )
  const subset = await checkSubset(input, upstream, output.store)
  // What contradicts comes before what is only not known.
  return state && subset.code === undefined ? unmet('input', title, `${path}: ${state.detail}`) : subset
}

/** What data can be made from. */
const MAY_BE_INPUT: ReadonlySet<KnownStatement['kind']> = new Set(['origin', 'transform', 'streamWindow'])

/** A partial read names its own files; each stands, byte for byte, in the version's list. */
async function checkSubset(input: TransformInput, upstream: Attestation, store: Store): Promise<Check> {
  const title = `input ${input.name}`
  const subset = input.observed?.subset
  const { known, statement } = upstream.report
  if (subset === undefined) return passed('input', title, `sha256 ${input.digest.sha256}, verified`)
  if (known?.kind !== 'origin' && known?.kind !== 'transform') return skipped('input', title, 'it lists no files')
  if (statement?.subject[0]?.annotations?.kind === 'file')
    return refuted('input', 'input-not-contained', title, 'a part of it is said to be read, and it is one file')
  const read = await readFileList(store, subset.sha256, subset)
  if (read === undefined) {
    if (subset.files === undefined)
      return skipped('input', title, 'the list of the files that were read is not in the store')
    return refuted(
      'input',
      'input-not-contained',
      title,
      'the files said to be read do not give the digest said of them',
    )
  }
  const version = await readFileList(store, input.digest.sha256, known.predicate)
  if (version === undefined) return skipped('input', title, 'the list of its files is not in the store')
  const foreign = findForeign(read, version)
  if (foreign !== undefined)
    return refuted('input', 'input-not-contained', title, `${foreign} was read and is not in the attested version`)
  return passed('input', title, `${read.length} of ${plural(version.length, 'file')} read, all in the attested version`)
}

function findForeign(read: readonly ManifestEntry[], version: readonly ManifestEntry[]): string | undefined {
  const attested = new Map(version.map(({ path, sha256 }) => [path, sha256]))
  return read.find(({ path, sha256 }) => attested.get(path) !== sha256)?.path
}
