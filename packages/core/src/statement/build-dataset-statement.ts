import { compareUtf8 } from '../encoding.ts'
import { type DatasetVersion, datasetSubject, listFiles, type Occurrence } from './dataset-subject.ts'
import type { OriginPredicate } from './origin.ts'
import type { Completeness } from './parts.ts'
import { PREDICATE } from './predicate-types.ts'
import { STATEMENT_TYPE, type Statement } from './statement.ts'
import type { TransformInput, TransformPredicate } from './transform.ts'

/** `files`, `manifest`, `completeness` and `previous` of the predicate are the builder's to fill. */
export interface DatasetStatementOptions<Predicate> extends Occurrence {
  readonly dataset: DatasetVersion
  /** Full unless said otherwise; its reasons are put in order. */
  readonly completeness?: Completeness
  readonly predicate: Predicate
}

/** States where a dataset version came from. @see SPEC §1, docs/spec/predicates.md Origin */
export function buildOrigin(options: DatasetStatementOptions<OriginPredicate>): Statement<OriginPredicate> {
  const { dataset, predicate } = options
  return {
    _type: STATEMENT_TYPE,
    subject: [datasetSubject(PREDICATE.origin, dataset, options)],
    predicateType: PREDICATE.origin,
    predicate: { ...predicate, ...commonFields(options) },
  }
}

/** States how a dataset version was made from others. @see SPEC §1, docs/spec/predicates.md Transform */
export function buildTransform(options: DatasetStatementOptions<TransformPredicate>): Statement<TransformPredicate> {
  const { dataset, predicate } = options
  return {
    _type: STATEMENT_TYPE,
    subject: [datasetSubject(PREDICATE.transform, dataset, options)],
    predicateType: PREDICATE.transform,
    predicate: { ...predicate, inputs: sortInputs(predicate.inputs), ...commonFields(options) },
  }
}

const FULL: Completeness = { inputs: 'full', outputs: 'full', reasons: [] }

function commonFields({ dataset, previous, completeness = FULL }: DatasetStatementOptions<object>) {
  const reasons = [...new Set(completeness.reasons)].sort()
  return { ...listFiles(dataset), completeness: { ...completeness, reasons }, previous }
}

/** Sorted by name, one entry for each (name, digest). @see docs/spec/predicates.md Transform */
function sortInputs(inputs: readonly TransformInput[]): TransformInput[] {
  const distinct = new Map(inputs.map((input) => [`${input.name}\n${input.digest.sha256}`, input]))
  return [...distinct.values()].sort(
    (a, b) => compareUtf8(a.name, b.name) || compareUtf8(a.digest.sha256, b.digest.sha256),
  )
}
