import type { KeyObject } from 'node:crypto'
import { OID, SIGNATURE_OID } from '../time/object-identifiers.ts'
import { type Certificate, KEY_USAGE } from './certificate.ts'

/** When every certificate of one chain is valid: milliseconds since the epoch, both included. */
export interface ChainWindow {
  readonly notBefore: number
  readonly notAfter: number
}

const MAX_LENGTH = 8
const MAX_CHAINS = 16

/**
 * Every chain from a time-stamping certificate to one of `roots`, as the window in which it is valid;
 * none where no chain holds. Cross-signed authorities have several.
 *
 * Checks names, signatures, the CA flag, path lengths, key usage, and purposes where an issuer is
 * restricted. Does not look at any clock.
 *
 * @see RFC 5280 §6.1, SPEC §3 L2.P.6
 */
export function findChains(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
): ChainWindow[] {
  const found: ChainWindow[] = []
  const extend = (chain: readonly Certificate[]): void => {
    const last = chain.at(-1)
    if (last === undefined || found.length >= MAX_CHAINS || chain.length > MAX_LENGTH) return
    for (const root of roots) if (isIssuer(root, last, chain.length - 1)) found.push(windowOf([...chain, root]))
    for (const issuer of intermediates)
      if (!chain.includes(issuer) && isIssuer(issuer, last, chain.length - 1)) extend([...chain, issuer])
  }
  if (isUsable(leaf)) extend([leaf])
  return found
}

/** `below` = the number of intermediates between the issuer and the leaf. */
function isIssuer(issuer: Certificate, subject: Certificate, below: number): boolean {
  return (
    issuer.subject === subject.issuer &&
    issuer.authority !== undefined &&
    issuer.authority.pathLength >= below &&
    (issuer.keyUsage?.has(KEY_USAGE.keyCertSign) ?? true) &&
    (issuer.extendedKeyUsage?.purposes.includes(OID.timeStamping) ?? true) &&
    isUsable(issuer) &&
    SIGNATURE_OID[subject.signatureAlgorithm]?.hash !== undefined &&
    subject.x509.verify(issuer.publicKey)
  )
}

const isUsable = ({ unknownCritical, publicKey }: Certificate) => !unknownCritical && isStrongKey(publicKey)

const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

function isStrongKey({ asymmetricKeyDetails }: KeyObject): boolean {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails ?? {}
  return namedCurve === undefined ? modulusLength >= 2048 : CURVES.has(namedCurve)
}

const windowOf = (chain: readonly Certificate[]): ChainWindow => ({
  notBefore: Math.max(...chain.map(({ notBefore }) => notBefore)),
  notAfter: Math.min(...chain.map(({ notAfter }) => notAfter)),
})
