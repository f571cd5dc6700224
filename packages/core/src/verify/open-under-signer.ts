import { sha256Hex } from '../digest/sha256.ts'
import { pae, parseBundle } from '../envelope/index.ts'
import { isMakotoError } from '../errors.ts'
import type { PublicKey } from '../key/public-key.ts'
import { readPublicKey } from '../key/public-key.ts'
import { verifySignature } from '../key/verify-signature.ts'
import { type KnownStatement, parseStatement, readPredicate, type Statement } from '../statement/index.ts'
import { factsOf, isSame } from './signer-facts.ts'
import type { BundleReport } from './verify-bundle.ts'

/** The signer of an attestation that was verified under the caller's trust. */
export interface ProvenSigner {
  readonly id: string
  readonly key: PublicKey
}

export function signerOf({ signer }: Pick<BundleReport, 'signer'>): ProvenSigner | undefined {
  if (signer === undefined) return undefined
  return { id: signer.id, key: signer.kind === 'key' ? signer.key : readPublicKey(signer.certificate.spki) }
}

/** The same name under another issuer or authority is another signer; who signs nothing is nobody, and the same nobody. */
export const isSameSigner = (a: BundleReport['signer'], b: BundleReport['signer']): boolean =>
  a === undefined ? b === undefined : isSame(factsOf(a), factsOf(b))

export type Opened =
  | { readonly sha256: string; readonly statement: Statement; readonly known: KnownStatement }
  | { readonly fault: string }

/**
 * Opens a bundle that a verified attestation names by its digest, under that attestation's very signer: whether
 * he is trusted, and at what time, was answered there. Without a signer it is a bare statement.
 *
 * @see FORMATS §3 `stagesRef`
 */
export function openUnderSigner(bytes: Uint8Array, signer: ProvenSigner | undefined): Opened {
  try {
    const payload = signer === undefined ? bytes : readSigned(bytes, signer)
    if (payload === undefined) return { fault: `it is not signed by ${signer?.id}, who names it` }
    const statement = parseStatement(payload)
    return { sha256: sha256Hex(bytes), statement, known: readPredicate(statement) }
  } catch (error) {
    if (!isMakotoError(error)) throw error
    return { fault: error.message }
  }
}

function readSigned(bytes: Uint8Array, { key }: ProvenSigner): Uint8Array | undefined {
  const { payload, payloadType, signature } = parseBundle(bytes)
  return verifySignature(key, pae(payloadType, payload), signature) ? payload : undefined
}
