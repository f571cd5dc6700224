export { type NamedLog, nameLog, parseLog } from './named-log.ts'
export { parseCertificateAuthorities, parseTimestampAuthorities } from './parse-authorities.ts'
export { askMore, type Thresholds } from './thresholds.ts'
export type { TimestampAuthority } from './timestamp-authority.ts'
export type {
  CertificateAuthority,
  SignerIdentity,
  Trust,
  TrustedKey,
  TrustedLog,
  ValidFor,
  VerifiedSigner,
  Witness,
} from './trust.ts'
export { parseTrustedRoot, type TrustedRoot } from './trusted-root.ts'
export { formatWitness, parseWitness, parseWitnesses } from './witness.ts'
