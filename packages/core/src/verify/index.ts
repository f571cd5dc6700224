export type { ChainLimits } from './chain-limits.ts'
export type { ChainNode } from './chain-node.ts'
export { checkEvidence, type Evidence, type EvidenceOptions } from './check-evidence.ts'
export type { RenderingFinding, RenderingMode } from './check-rendering.ts'
export { decideStored, type StoredVersion } from './decide-stored.ts'
export { type FindAttestationsResult, findAttestations } from './find-attestations.ts'
export type { Attestation } from './read-attestation.ts'
export {
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
export { RUN_REPORT_SCHEMA, type RunCompleteness, type RunReport, runReportSchema, type Touched } from './run-report.ts'
export type { SignedMaterial, SignedMessage } from './signed-material.ts'
export { STREAM_REPORT_SCHEMA, type StreamReport, streamReportSchema } from './stream-report.ts'
export { type BundleReport, DEFAULT_SKEW_MS, type VerifyBundleOptions, verifyBundle } from './verify-bundle.ts'
export { type VerifyDatasetOptions, verifyDataset } from './verify-dataset.ts'
export { type VerifyMemberOptions, verifyMember } from './verify-member.ts'
export { type VerifyRunOptions, verifyRun } from './verify-run.ts'
export { type VerifyStreamWindowsOptions, verifyStreamWindows } from './verify-stream-windows.ts'
export type { SeenVersion, VersionMemory } from './version-memory.ts'
