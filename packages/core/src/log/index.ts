export { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
export {
  type ConsistencyClaim,
  type SubtreeClaim,
  verifyConsistency,
  verifySubtreeConsistency,
} from './consistency-proof.ts'
export { noteKeyId } from './note-key.ts'
export type { EntrySigner, SignedContent, SignedEntity } from './signed-entity.ts'
export { type NoteSignature, parseSignedNote, type SignedNote } from './signed-note.ts'
export { type LoggableSignature, type SubmitEntryOptions, submitLogEntry } from './submit-entry.ts'
export { type LoggedCertificate, verifyCertificateTimestamps } from './verify-certificate-timestamps.ts'
export { type CheckpointForm, verifyCheckpoint } from './verify-checkpoint.ts'
export { type Cosignature, verifyCosignatures } from './verify-cosignatures.ts'
export { type LogFault, type LogTrust, type VerifiedLogEntry, verifyLogEntry } from './verify-log-entry.ts'
