export { describeSigner } from './describe-signer.ts'
export { type CertificateOptions, TIME_STAMPING } from './timestamp-authority/certificate.ts'
export {
  startTimestampAuthority,
  type TestTimestampAuthority,
  type TimestampAuthorityOptions,
  type TimestampFault,
} from './timestamp-authority/start.ts'
