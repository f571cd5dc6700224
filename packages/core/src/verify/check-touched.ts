import { findOutside } from '../name-glob.ts'
import { passed, plural, refuted, skipped, unmet } from './check.ts'
import type { Seal } from './check-run-records.ts'
import { isGenerated } from './completeness.ts'
import { namesOfSubject } from './dataset-names.ts'
import type { NamesRead } from './read-run-names.ts'
import type { Check, FailureCode } from './report.ts'
import type { RunBundle, RunBundles, TouchedDatasets } from './run-bundle.ts'
import type { RunCompleteness, Touched } from './run-report.ts'

const keyOf = ({ name, sha256 }: Touched) => `${name}\n${sha256 ?? ''}`

/**
 * Compares what the seal says the run read and wrote with what its attestations and stages say, and gives both
 * together. The seal may list reads that no statement needed; it may not leave anything out, nor claim a write
 * that nothing attests.
 *
 * @see docs/spec/predicates.md Run
 */
export function checkTouched(seal: Seal | undefined, { found, missing }: RunBundles): TouchedDatasets {
  const stated = {
    reads: unite(found.flatMap(({ reads }) => reads)),
    writes: unite(found.flatMap(({ wrote }) => (wrote ? [{ name: wrote.subject.name, sha256: wrote.sha256 }] : []))),
  }
  const sealed = { reads: unite(listOf(seal?.reads)), writes: unite(listOf(seal?.writes)) }
  return {
    reads: unite([...sealed.reads, ...stated.reads]),
    writes: unite([...sealed.writes, ...stated.writes]),
    unresolved: uniteUnresolved(found),
    checks: seal ? [compare(seal, { stated, sealed, missing: missing.length })] : [],
  }
}

const unite = (touched: readonly Touched[]): Touched[] => [
  ...new Map(touched.map((entry) => [keyOf(entry), entry])).values(),
]

const listOf = (entries: Seal['reads']): Touched[] =>
  (entries ?? []).map(({ name, digest }) => ({ name, sha256: digest?.sha256 ?? null }))

function uniteUnresolved(found: readonly RunBundle[]) {
  const outside = found.flatMap(({ unresolved }) => unresolved).filter((input) => !isGenerated(input))
  return [...new Map(outside.map(({ name, reason }) => [`${name}\n${reason}`, { name, reason }])).values()]
}

type Sides = Record<'stated' | 'sealed', { readonly reads: readonly Touched[]; readonly writes: readonly Touched[] }>

function compare(seal: Seal, { stated, sealed, missing }: Sides & { readonly missing: number }): Check {
  const shortened = seal.gaps?.some(({ reason }) => reason === 'list-shortened') ?? false
  const leftOut = (list: 'reads' | 'writes') => (shortened ? undefined : firstBeyond(stated[list], sealed[list]))
  const refuse = (detail: string) => refuted('touched', 'run-misstated', 'reads and writes', detail)
  const write = leftOut('writes')
  if (write !== undefined)
    return refuse(`the run wrote ${write.name}, version ${write.sha256}, and its seal leaves it out`)
  const read = leftOut('reads')
  if (read !== undefined) return refuse(`the run read ${read.name}, version ${read.sha256}, and its seal leaves it out`)
  const claimed = firstBeyond(sealed.writes, stated.writes)
  if (claimed !== undefined && missing === 0)
    return refuse(`the seal says that ${claimed.name}, version ${claimed.sha256}, was written, and no attestation does`)
  if (missing > 0) return skipped('touched', 'reads and writes', 'not all bundles of the run could be compared')
  const listed = `${plural(sealed.reads.length, 'version')} read, ${sealed.writes.length} written, as attested`
  return passed('touched', 'reads and writes', listed)
}

function firstBeyond(entries: readonly Touched[], known: readonly Touched[]): Touched | undefined {
  const keys = new Set(known.map(keyOf))
  return entries.find((entry) => !keys.has(keyOf(entry)))
}

/** Every name of everything that was written: a table that moved between two versions has three. */
export function namesWritten(
  { writes }: Pick<TouchedDatasets, 'writes'>,
  { found }: Pick<RunBundles, 'found'>,
): string[] {
  const attested = found.flatMap(({ wrote }) => (wrote ? namesOfSubject(wrote.subject) : []))
  return [...new Set([...writes.map(({ name }) => name), ...attested])]
}

/** Names, as globs, outside of which a run may not have read or written. */
export interface Bounds {
  readonly reads?: readonly string[] | undefined
  readonly writes?: readonly string[] | undefined
}

/**
 * Whether a run touched nothing outside the names that the caller gives, by any name of what it touched. What is
 * outside is seen whatever else is missing; that nothing is outside follows only from a complete run, of which every
 * place is known.
 */
export function checkBounds(
  touched: { readonly read: NamesRead; readonly written: readonly string[] },
  { bounds, completeness }: { readonly bounds: Bounds; readonly completeness: RunCompleteness },
): { check: Check; code: FailureCode | undefined }[] {
  const { names, placeless } = touched.read
  const judge = (what: 'read' | 'wrote', names: readonly string[], globs: readonly string[] | undefined) => {
    if (globs === undefined) return []
    const stray = findOutside(names, globs)
    const title = what === 'read' ? 'reads' : 'writes'
    if (stray !== undefined)
      return [{ check: unmet('touched', title, `the run ${what} ${stray}`), code: 'run-outside' as const }]
    const open = [...completeness.reasons, ...(what === 'read' && placeless ? [tellPlaceless(placeless)] : [])]
    if (open.length > 0)
      return [
        { check: unmet('touched', title, `not known in full: ${open.join(', ')}`), code: 'run-incomplete' as const },
      ]
    return [{ check: passed('touched', title, `it ${what} nothing outside ${globs.join(', ')}`), code: undefined }]
  }
  return [...judge('read', names, bounds.reads), ...judge('wrote', touched.written, bounds.writes)]
}

/** Why a name is not enough. */
export const tellPlaceless = (name: string) => `no attestation that holds says where ${name} lies`
