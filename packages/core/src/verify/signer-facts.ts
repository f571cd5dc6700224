import type { SignerFacts } from '../policy/index.ts'
import type { VerifiedSigner } from '../trust/trust.ts'

/** A verified signer, cut to what a policy names. */
export function factsOf(signer: VerifiedSigner | undefined): SignerFacts | undefined {
  if (signer?.kind !== 'certificate') return signer && { kind: 'key', id: signer.id }
  const { id, issuer, authorityId } = signer
  return { kind: 'certificate', id, authorityId, ...(issuer === undefined ? {} : { issuer }) }
}

/** The same name under another issuer, or certified by another authority, is somebody else. */
export const isSame = (a: SignerFacts | undefined, b: SignerFacts | undefined): boolean =>
  a !== undefined && a.kind === b?.kind && a.id === b.id && a.issuer === b.issuer && a.authorityId === b.authorityId
