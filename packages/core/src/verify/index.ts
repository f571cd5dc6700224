export { type FindAttestationsResult, findAttestations } from './find-attestations.ts'
export type { Attestation } from './read-attestation.ts'
export {
  type ChainNode,
  type Check,
  checkSchema,
  type FailureCode,
  type FileDifference,
  failureCodeSchema,
  REPORT_SCHEMA,
  type Report,
  type Requirement,
  reportSchema,
} from './report.ts'
export { type BundleReport, type VerifyBundleOptions, verifyBundle } from './verify-bundle.ts'
export { type VerifyDatasetOptions, verifyDataset } from './verify-dataset.ts'
export type { ChainLimits } from './walk-inputs.ts'
