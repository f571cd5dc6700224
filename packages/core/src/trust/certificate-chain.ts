import type { ImportedKey } from '../platform/imported-key.ts'
import { type Certificate, KEY_USAGE } from './certificate.ts'
import { isSignedBy } from './certificate-signature.ts'
import { mayName } from './name-constraints.ts'

/** When every certificate of one chain is valid: milliseconds since the epoch, both included. */
export interface ChainWindow {
  readonly notBefore: number
  readonly notAfter: number
}

export interface CertificateChain extends ChainWindow {
  /** The certificate that signed the leaf. */
  readonly issuer: Certificate
  readonly root: Certificate
}

const MAX_LENGTH = 8
const MAX_CHAINS = 16
/** Certificates that all certify each other make more paths than there is time. */
const MAX_STEPS = 256

/**
 * Every chain from a certificate to one of `roots`, with the window in which all of it is valid; none
 * where no chain holds. Cross-signed authorities have several.
 *
 * Checks names, signatures, the CA flag, path lengths, key usage, name constraints, and that no issuer is
 * restricted to other purposes. Does not look at any clock, nor at the leaf's own purposes.
 *
 * @param purpose object identifier of the extended key usage, in hex
 * @see RFC 5280 §6.1, SPEC §3 L2.P.6
 */
export function findChains(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
  purpose: string,
): CertificateChain[] {
  const found: CertificateChain[] = []
  let steps = 0
  const extend = (chain: readonly Certificate[]): void => {
    const last = chain.at(-1)
    if (last === undefined || chain.length > MAX_LENGTH) return
    const mayIssue = (issuer: Certificate) =>
      found.length < MAX_CHAINS &&
      issuer.subject === last.issuer &&
      ++steps <= MAX_STEPS &&
      isIssuer(issuer, chain, purpose)
    for (const root of roots) if (mayIssue(root)) found.push(closeChain([...chain, root], root))
    for (const issuer of intermediates) if (!chain.includes(issuer) && mayIssue(issuer)) extend([...chain, issuer])
  }
  if (isUsable(leaf)) extend([leaf])
  return found
}

/** Whether `issuer` may stand above `chain`, whose first is the leaf and whose last it certifies. */
function isIssuer(issuer: Certificate, chain: readonly Certificate[], purpose: string): boolean {
  const subject = chain.at(-1)
  return (
    subject !== undefined &&
    issuer.authority !== undefined &&
    issuer.authority.pathLength >= chain.length - 1 &&
    (issuer.keyUsage?.has(KEY_USAGE.keyCertSign) ?? true) &&
    (issuer.extendedKeyUsage?.purposes.includes(purpose) ?? true) &&
    isUsable(issuer) &&
    chain.every(
      ({ alternativeNames }) => !issuer.nameConstraints || mayName(issuer.nameConstraints, alternativeNames),
    ) &&
    isSignedBy(subject, issuer)
  )
}

const isUsable = ({ unknownCritical, publicKey }: Certificate) => !unknownCritical && isStrongKey(publicKey)

/**
 * Curves by name, Ed25519, and RSA of 2048 to 8192 bits: a larger modulus only costs the verifier its time. Under the
 * exponent 1 every message is its own signature.
 */
function isStrongKey({ kind, modulusLength = 0, publicExponent = 1n }: ImportedKey): boolean {
  if (kind !== 'rsa') return kind !== 'other'
  return modulusLength >= 2048 && modulusLength <= 8192 && publicExponent >= 3n
}

const closeChain = (chain: readonly Certificate[], root: Certificate): CertificateChain => ({
  notBefore: Math.max(...chain.map(({ notBefore }) => notBefore)),
  notAfter: Math.min(...chain.map(({ notAfter }) => notAfter)),
  issuer: chain[1] ?? root,
  root,
})
