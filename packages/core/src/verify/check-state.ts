import type { DatasetDigest } from '../digest/index.ts'
import type { Subject } from '../statement/index.ts'
import { passed, refuted, unmet } from './check.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'

/** Where the bytes alone do not say which column or partition they are, nor which rows are deleted. */
const TABLES: ReadonlySet<string | undefined> = new Set(['delta', 'iceberg'])

/**
 * What a table's statement leaves out: without `stateDigest` the same files are another table under another
 * schema, with other partition values or deletion vectors. Undefined where there is nothing to say.
 *
 * @see FORMATS §1
 */
export function checkStated({ report: { accepted, known, statement } }: Attestation): Check | undefined {
  const [subject] = statement?.subject ?? []
  if (!accepted || subject === undefined || (known?.kind !== 'origin' && known?.kind !== 'transform')) return undefined
  const kind = subject.annotations?.kind
  if (!TABLES.has(kind) || subject.digest.stateDigest !== undefined) return undefined
  const detail = `its bytes do not say what a reader of a ${kind} table sees, and no stateDigest is stated`
  return unmet('completeness', `state of ${subject.name}`, detail)
}

/**
 * Compares the state that a subject claims with the one that was computed from what was read now; what nobody
 * computed is the producer's word. Empty where none is claimed.
 *
 * @see FORMATS §1, L2.V.10
 */
export function compareState(
  { name, digest: { stateDigest: stated } }: Subject,
  found: Pick<DatasetDigest, 'stateDigest'>,
): Check[] {
  if (stated === undefined) return []
  const title = `state of ${name}`
  if (found.stateDigest === undefined)
    return [unmet('completeness', title, `stateDigest ${stated} is stated and was not computed from what was read`)]
  if (found.stateDigest !== stated)
    return [refuted('data', 'digest-mismatch', title, `attested stateDigest ${stated}, read ${found.stateDigest}`)]
  return [passed('data', title, `stateDigest ${stated}, computed now`)]
}

/** What is wrong with a state that a reference names, or leaves out. */
export interface StateFault {
  readonly detail: string
  /** Both are stated and they differ. */
  readonly contradicts: boolean
}

/** Compares the state that a reference names with that of the subject it leads to. Undefined where they agree. */
export function faultOfState(
  named: { readonly stateDigest?: string | undefined },
  { digest: { stateDigest: attested } }: Subject,
): StateFault | undefined {
  if (named.stateDigest === attested) return undefined
  const state = `stateDigest ${named.stateDigest ?? attested}`
  if (named.stateDigest === undefined) return { detail: `${state} is attested and not named`, contradicts: false }
  if (attested === undefined) return { detail: `${state} is named and not attested`, contradicts: false }
  return { detail: `${state} is named, ${attested} is attested`, contradicts: true }
}
