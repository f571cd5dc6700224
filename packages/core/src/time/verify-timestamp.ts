import { hashBytes } from '#platform'
import { equalBytes } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { verifyByScheme } from '../trust/certificate-signature.ts'
import type { TimestampAuthority } from '../trust/timestamp-authority.ts'
import { parseTimestamp, type Timestamp } from './timestamp-token.ts'
import { findTokenSigner, type TokenSigner } from './token-signer.ts'

export interface VerifiedTime {
  readonly time: Date
  /** The authority's name, for people. */
  readonly authority: string
  /** The authority's id: thresholds count these. */
  readonly authorityId: string
  /** What vouches for it: a token, or the signed entry timestamp of a log. */
  readonly source: 'tsa' | 'rekor-v1'
}

/**
 * Verifies that one of `authorities` saw exactly this signature, and says when.
 *
 * Throws `timestamp-invalid` (malformed, or signed wrongly), `timestamp-mismatch` (of other bytes) or
 * `timestamp-untrusted` (no trusted authority, or not at that time).
 *
 * @param response the TimeStampResp of a bundle
 * @param signature the raw signature bytes that it should cover
 * @see L2.V.6, RFC 3161 §2.4.2, FORMATS §3
 */
export function verifyTimestamp(
  response: Uint8Array,
  signature: Uint8Array,
  authorities: readonly TimestampAuthority[],
): VerifiedTime {
  const timestamp = parseTimestamp(response)
  checkImprint(timestamp, signature)
  checkContent(timestamp)
  const signers = authorities.flatMap((authority) => findTokenSigner(timestamp, authority) ?? [])
  checkSignature(timestamp, signers)
  const { authority } = checkTime(timestamp, signers)
  return { time: new Date(timestamp.time), authority: authority.name, authorityId: authority.id, source: 'tsa' }
}

/** A token of another signature is a replay. */
export function checkImprint({ imprint }: Pick<Timestamp, 'imprint'>, signature: Uint8Array): void {
  if (!equalBytes(hashBytes(imprint.hash, signature), imprint.digest))
    throw new MakotoError('timestamp-mismatch', 'the timestamp covers another signature')
}

/** The signature is over the attributes; the attributes hold the content's digest (RFC 5652 §5.4). */
function checkContent({ content, digestAlgorithm, messageDigest }: Timestamp): void {
  if (!equalBytes(hashBytes(digestAlgorithm, content), messageDigest))
    throw new MakotoError('timestamp-invalid', "the timestamp's signed digest is not that of its content")
}

function checkSignature(timestamp: Timestamp, signers: readonly TokenSigner[]): void {
  const [signer] = signers
  if (signer === undefined)
    throw new MakotoError('timestamp-untrusted', 'no trusted authority stands behind this timestamp', {
      hint: "Trust the authority's root certificate, if it should be trusted",
    })
  // All signers have the certificate that the token names by its hash: one key, one check.
  const { scheme, digestAlgorithm, signedAttributes, signature } = timestamp
  const stated = { ...scheme, hash: scheme.hash ?? digestAlgorithm }
  if (!verifyByScheme(signer.certificate.publicKey, stated, signedAttributes, signature))
    throw new MakotoError('timestamp-invalid', "the timestamp's signature does not hold")
}

function checkTime({ time }: Timestamp, signers: readonly TokenSigner[]): TokenSigner {
  const signer = signers.find(
    ({ authority: { validFor }, chains }) =>
      validFor.start <= time &&
      time <= validFor.end &&
      chains.some(({ notBefore, notAfter }) => notBefore <= time && time <= notAfter),
  )
  if (signer !== undefined) return signer
  const when = new Date(time).toISOString()
  throw new MakotoError(
    'timestamp-untrusted',
    `the authority was not trusted, or its certificates not valid, at ${when}`,
  )
}
