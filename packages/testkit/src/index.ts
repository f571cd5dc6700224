export { describeFileSource, FILE_SOURCE_CONTENT, type OpenedFiles } from './describe-file-source.ts'
export { describeSigner } from './describe-signer.ts'
export { describeStore, type OpenedStore } from './describe-store.ts'
export { type CertificateOptions, TIME_STAMPING } from './timestamp-authority/certificate.ts'
export {
  startTimestampAuthority,
  type TestTimestampAuthority,
  type TimestampAuthorityOptions,
  type TimestampFault,
} from './timestamp-authority/start.ts'
