import { createPublicKey } from 'node:crypto'
import { decodeUtf8 } from '@makoto/core'
import { bundleFromJSON, ValidationError } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, type VerificationPolicy, Verifier } from '@sigstore/verify'
import { type Answer, refused } from './compare-verifiers.ts'

/** What @sigstore/verify has to know: the same as ours, in its own words. */
export interface SigstoreQuestion {
  /** Sigstore's `trusted_root.json`. */
  readonly trustedRoot: string
  /** For bundles by a key; it answers to every hint. */
  readonly publicKeyPem?: string
  readonly logged: boolean
  /** What a bare message signature is over. */
  readonly artifact?: Uint8Array
  readonly policy?: VerificationPolicy
}

/** @sigstore/verify with the same trust; whatever it throws is a refusal. */
export function openSigstoreVerifier(question: SigstoreQuestion): (bytes: Uint8Array) => Answer {
  const { publicKeyPem, logged, policy } = question
  const artifact = question.artifact && Buffer.from(question.artifact)
  const findKey = () => {
    if (publicKeyPem === undefined) throw new Error('no key is trusted')
    return { publicKey: createPublicKey(publicKeyPem), validFor: () => true }
  }
  const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(question.trustedRoot)), findKey)
  const verifier = new Verifier(material, { tlogThreshold: logged ? 1 : 0, timestampThreshold: 1 })
  return (bytes) => {
    try {
      verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(decodeUtf8(bytes))), artifact), policy)
      return { refusal: undefined, said: '' }
    } catch (error) {
      return refused(describeRefusal(error))
    }
  }
}

function describeRefusal(error: unknown): string {
  if (error instanceof ValidationError) return `ValidationError: ${error.message}: ${error.fields?.join(', ')}`
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
