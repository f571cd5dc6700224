export { encryptKey } from './encrypted-key.ts'
export { type GeneratedKey, type GenerateKeyOptions, generateKey } from './generate-key.ts'
export type { OpenSignerOptions } from './key-provider.ts'
export { type KeySecret, readSecretText } from './key-secret.ts'
export { signerOfKey } from './key-signer.ts'
export { type AheadSigner, openSignerAhead, type SignerSource } from './open-ahead.ts'
export { openSigner, schemeOfKeyUri } from './open-signer.ts'
export { formatPem } from './pem.ts'
export {
  type KeyDeclaration,
  type PublicKey,
  type PublicKeyAlgorithm,
  parsePublicKey,
  type SignatureHash,
} from './public-key.ts'
export type { Signer, SigningAlgorithm } from './signer.ts'
export { verifySignature } from './verify-signature.ts'
