import type { TransformInput } from '../statement/index.ts'
import { type InputPlace, locateInput } from './check-input.ts'
import { type Addition, findAddition } from './check-previous.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'

/** What an attestation says it stands on, and where in the store that would lie. */
export type Reference =
  | { readonly kind: 'input'; readonly input: TransformInput; readonly place: InputPlace | Check }
  | { readonly kind: 'previous'; readonly addition: Addition; readonly place: Addition['previous'] }

/** The references of an attestation that was accepted; a refused one says nothing. */
export function referencesOf(attestation: Attestation): Reference[] {
  const addition = findAddition(attestation)
  return [
    ...inputsOf(attestation).map((input): Reference => ({ kind: 'input', input, place: locateInput(input) })),
    ...(addition ? [{ kind: 'previous', addition, place: addition.previous } satisfies Reference] : []),
  ]
}

function inputsOf({ report }: Attestation): readonly TransformInput[] {
  return report.accepted && report.known?.kind === 'transform' ? report.known.predicate.inputs : []
}

/** The place of a reference that leads to one. */
export function placeOf({ place }: Reference): InputPlace | NonNullable<Addition['previous']> | undefined {
  return place !== undefined && 'bundle' in place ? place : undefined
}

/** Whether it takes the upstream's list of files to judge it. */
export const needsLists = (reference: Reference) =>
  reference.kind === 'previous' || reference.input.observed?.subset !== undefined

/** The attestation without what is long in it: lists of files, and the predicate in its second form. */
export function cutLists(attestation: Attestation): Attestation {
  const { report } = attestation
  const { statement, known } = report
  if (statement === undefined || known === undefined) return attestation
  const rest = { ...report, statement: { ...statement, predicate: {} } }
  if (known.kind === 'origin') {
    const { files: _, manifest: __, ...predicate } = known.predicate
    return { ...attestation, report: { ...rest, known: { ...known, predicate } } }
  }
  if (known.kind === 'transform') {
    const { files: _, manifest: __, inputs, ...predicate } = known.predicate
    return {
      ...attestation,
      report: { ...rest, known: { ...known, predicate: { ...predicate, inputs: inputs.map(cutInput) } } },
    }
  }
  return { ...attestation, report: rest }
}

/** An input without the list of what was read of it. */
export function cutInput(input: TransformInput): TransformInput {
  if (input.observed?.subset === undefined) return input
  const { files: _, manifest: __, ...subset } = input.observed.subset
  return { ...input, observed: { ...input.observed, subset } }
}

/** How many files its list has; undefined where it has none. */
export function countFiles({ report: { known } }: Attestation): number | undefined {
  if (known?.kind !== 'origin' && known?.kind !== 'transform') return undefined
  const { files, manifest } = known.predicate
  const count = files?.length ?? manifest?.entries
  return count === undefined ? undefined : Number(count)
}
