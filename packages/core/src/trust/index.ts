export { parseTimestampAuthorities, type TimestampAuthority } from './timestamp-authority.ts'
export type {
  CertificateAuthority,
  SignerIdentity,
  Trust,
  TrustedKey,
  TrustedLog,
  ValidFor,
  VerifiedSigner,
} from './trust.ts'
