export { type AttestedOrigin, type AttestOriginOptions, attestOrigin } from './attest-origin.ts'
export type { SealOptions, TimestampPolicy } from './seal-statement.ts'
export { INDEX_PAYLOAD_TYPE } from './store-attestation.ts'
