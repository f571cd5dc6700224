import { hashBytes, sha256Hex } from '#platform'
import { encodeHex, equalBytes } from '../encoding.ts'
import { type Certificate, KEY_USAGE, readCertificate } from '../trust/certificate.ts'
import { type ChainWindow, findChains } from '../trust/certificate-chain.ts'
import type { TimestampAuthority } from '../trust/timestamp-authority.ts'
import { OID } from './object-identifiers.ts'
import type { CertificateId, Timestamp } from './timestamp-token.ts'

/** The certificate that a token names, with its chains to the authority's root. */
export interface TokenSigner {
  readonly authority: TimestampAuthority
  readonly certificate: Certificate
  readonly chains: readonly ChainWindow[]
}

const MAX_REMEMBERED = 256

/**
 * Chains are found once for an authority (that is, its whole set of certificates) and the whole set
 * that a token brings along: a cache that knew only the signer would let one set vouch for another.
 */
const remembered = new WeakMap<TimestampAuthority, Map<string, TokenSigner | undefined>>()

/**
 * Finds the certificate whose hash the token carries under its signature, among those of the
 * authority and of the token, and its chains; undefined where it is not this authority's.
 *
 * @see RFC 5816, RFC 3161 §2.3
 */
export function findTokenSigner(timestamp: Timestamp, authority: TimestampAuthority): TokenSigner | undefined {
  const known = remembered.get(authority) ?? new Map<string, TokenSigner | undefined>()
  const key = cacheKey(timestamp)
  if (known.has(key)) return known.get(key)
  const signer = buildTokenSigner(timestamp, authority)
  if (known.size >= MAX_REMEMBERED) known.clear()
  remembered.set(authority, known.set(key, signer))
  return signer
}

const cacheKey = ({ signingCertificate, certificateSet }: Timestamp) =>
  `${signingCertificate.hash}:${encodeHex(signingCertificate.digest)}:${sha256Hex(certificateSet)}`

function buildTokenSigner(timestamp: Timestamp, authority: TimestampAuthority): TokenSigner | undefined {
  const { signers, intermediates, root } = authority
  const brought = timestamp.certificates.flatMap(readableCertificate)
  const candidates = signers.length > 0 ? signers : brought
  const certificate = candidates.find(({ der }) => isNamed(der, timestamp.signingCertificate))
  if (certificate === undefined || !maySignTimestamps(certificate)) return undefined
  const chains = findChains(
    certificate,
    [...intermediates, ...brought.filter((other) => other.authority)],
    [root],
    OID.timeStamping,
  )
  return chains.length > 0 ? { authority, certificate, chains } : undefined
}

/** A certificate that cannot be read proves nothing, and hinders nothing either. */
function readableCertificate(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)]
  } catch {
    return []
  }
}

const isNamed = (der: Uint8Array, id: CertificateId) => equalBytes(hashBytes(id.hash, der), id.digest)

/** RFC 3161 §2.3: the one purpose, and critical, so that no web server's certificate can tell the time. */
function maySignTimestamps({ authority, keyUsage, extendedKeyUsage }: Certificate): boolean {
  const signs = keyUsage?.has(KEY_USAGE.digitalSignature) || keyUsage?.has(KEY_USAGE.nonRepudiation)
  return (
    authority === undefined &&
    (signs ?? true) &&
    extendedKeyUsage?.critical === true &&
    extendedKeyUsage.purposes.length === 1 &&
    extendedKeyUsage.purposes[0] === OID.timeStamping
  )
}
