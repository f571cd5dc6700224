export { buildOrigin, buildTransform, type DatasetStatementOptions } from './build-dataset-statement.ts'
export { buildDbom, type DbomOptions } from './build-dbom.ts'
export { buildRun } from './build-run.ts'
export { type DatasetVersion, datasetIdentity, type Occurrence } from './dataset-subject.ts'
export { type Dbom, dbomSchema } from './dbom.ts'
export { type FlatDbom, flatDbomSchema } from './flat-dbom.ts'
export { type IdentityParts, identityOf } from './identity.ts'
export { type OriginPredicate, originSchema } from './origin.ts'
export {
  COMPLETENESS_REASONS,
  type Completeness,
  type CompletenessReason,
  DIGEST_SOURCES,
  type DigestSource,
  formatCount,
  type Previous,
} from './parts.ts'
export { PREDICATE, type PredicateType, TRANSFORM } from './predicate-types.ts'
export { type RunPredicate, type RunRecord, runSchema } from './run.ts'
export { digestFacts, type Stage, stageName, stageSchema } from './stage.ts'
export {
  type KnownStatement,
  parseStatement,
  readPredicate,
  STATEMENT_TYPE,
  type Statement,
  type Subject,
  type SubjectKind,
  serializeStatement,
  statementSchema,
  subjectKindSchema,
} from './statement.ts'
export {
  type PreviousWindow,
  readPreviousWindow,
  type StreamWindowPredicate,
  streamWindowSchema,
} from './stream-window.ts'
export { type SummaryPredicate, summarySchema } from './summary.ts'
export { type TransformInput, type TransformPredicate, transformSchema } from './transform.ts'
