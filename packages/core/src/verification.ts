/**
 * The door for who only verifies: nothing behind it touches a disk, a network or a private key, so it also runs in a browser.
 *
 * @see docs/decisions/0019-one-verifier-two-platforms.md
 */
export { buildLineage, type LineageEdge, type LineageGraph, type LineageNode } from './dbom/lineage-graph.ts'
export { digestManifest, type ManifestEntry, parseManifest } from './digest/manifest.ts'
export { type InclusionClaim, merkleRoot, verifyInclusion } from './digest/merkle-tree.ts'
export { sha256, sha256Hex } from './digest/sha256.ts'
export { decodeBase64, decodeHex, decodeUtf8, encodeBase64, encodeHex, encodeUtf8, equalBytes } from './encoding.ts'
export { pae } from './envelope/pae.ts'
export { type Bundle, parseBundle } from './envelope/parse-bundle.ts'
export { isMakotoError, MakotoError, type MakotoErrorCode } from './errors.ts'
export { type KeyDeclaration, type PublicKey, parsePublicKey, readPublicKey } from './key/public-key.ts'
export { verifySignature } from './key/verify-signature.ts'
export { type JsonLimits, parseJson } from './parse-json.ts'
export { type Policy, readPolicy } from './policy/policy.ts'
export type { PolicyFiles } from './policy/read-policy.ts'
export { formatCount } from './statement/parts.ts'
export { type KnownStatement, parseStatement, readPredicate, type Statement } from './statement/statement.ts'
export { type BundleForm, readAttestationPath } from './store/layout.ts'
export { readGzip } from './store/read-gzip.ts'
export type { Store, StoredObject } from './store/store.ts'
export { type VerifiedTime, verifyTimestamp } from './time/verify-timestamp.ts'
export {
  ATTESTATION_REQUIREMENTS,
  type CheckId,
  type Level,
  REQUIREMENTS,
  type RequirementRow,
  type Status,
  statusOfRow,
} from './trust/levels.ts'
export { parseCertificateAuthorities, parseTimestampAuthorities } from './trust/parse-authorities.ts'
export type { TimestampAuthority } from './trust/timestamp-authority.ts'
export type { Trust, TrustedKey } from './trust/trust.ts'
export { parseTrustedRoot } from './trust/trusted-root.ts'
export type { ChainNode } from './verify/chain-node.ts'
export { namesOfSubject } from './verify/dataset-names.ts'
export { readFileList } from './verify/file-list.ts'
export { type Check, type FailureCode, type Report, reportSchema } from './verify/report.ts'
export { type AttestationReport, verifyAttestation } from './verify/verify-attestation.ts'
export { type BundleReport, type VerifyBundleOptions, verifyBundle } from './verify/verify-bundle.ts'
