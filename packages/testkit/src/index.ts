export { describeFileSource, FILE_SOURCE_CONTENT, type OpenedFiles } from './describe-file-source.ts'
export { describeReadableStore, type OpenedReadableStore, type StoreContent } from './describe-readable-store.ts'
export { describeSigner } from './describe-signer.ts'
export { describeStore, type OpenedStore } from './describe-store.ts'
export { startAwsKms, type TestAwsKms } from './key-service/aws-kms.ts'
export { startAzureKeyVault, type TestAzureKeyVault } from './key-service/azure-key-vault.ts'
export { startGcpKms, type TestGcpKms } from './key-service/gcp-kms.ts'
export { startVault, type TestVault, type VaultOptions } from './key-service/vault.ts'
export { type CertificateLog, startCertificateLog } from './keyless/certificate-log.ts'
export { type FulcioFault, startFulcio, type TestFulcio } from './keyless/fulcio.ts'
export { renderTrustedRoot, type TrustedRootParts } from './keyless/trusted-root.ts'
export {
  issueLoopbackCertificate,
  type Loopback,
  type LoopbackReply,
  type LoopbackRequest,
  serveLoopback,
} from './loopback.ts'
export { type PublishOptions, publishFolder } from './publish-folder.ts'
export {
  type CertificateOptions,
  certificateExtension,
  type Issued,
  issueCertificate,
  TIME_STAMPING,
} from './timestamp-authority/certificate.ts'
export { der, sequence } from './timestamp-authority/der.ts'
export {
  startTimestampAuthority,
  type TestTimestampAuthority,
  type TimestampAuthorityOptions,
  type TimestampFault,
} from './timestamp-authority/start.ts'
export { grantTimestamp, type TokenOptions } from './timestamp-authority/token.ts'
export {
  createTransparencyLog,
  type TestLogEntry,
  type TestTransparencyLog,
  type TransparencyLogOptions,
} from './transparency-log/log.ts'
export { createWitness, type NoteKeyKind, type TestWitness } from './transparency-log/note-signer.ts'
export {
  type RunningTransparencyLog,
  type StartTransparencyLogOptions,
  startTransparencyLog,
  type TransparencyLogFault,
} from './transparency-log/start.ts'
