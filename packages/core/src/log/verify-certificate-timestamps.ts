import { sha256, sha256Hex } from '#platform'
import { concatBytes } from '../encoding.ts'
import { isMakotoError } from '../errors.ts'
import type { PublicKey } from '../key/public-key.ts'
import { verifySignature } from '../key/verify-signature.ts'
import { isWithin, type TrustedLog } from '../trust/trust.ts'
import { type CertificateTimestamp, parseCertificateTimestamps } from './certificate-timestamp.ts'
import { readPrecertificate } from './precertificate.ts'
import type { LogFault } from './verify-log-entry.ts'

export interface LoggedCertificate {
  readonly ok: true
  readonly log: TrustedLog
  /** When the log saw the certificate: no time of any signature under it. */
  readonly time: Date
}

/**
 * Verifies that a CT log which the caller trusts, at a time at which it is trusted, promised to publish this
 * certificate of this issuer: an authority that certifies in secret cannot give that. One timestamp that holds is
 * enough.
 *
 * Whatever is wrong is a value; this throws nothing.
 *
 * @param certificate DER
 * @param issuerSpki of the issuer in the chain that was verified
 * @see RFC 6962 §3.2
 */
export function verifyCertificateTimestamps(
  certificate: Uint8Array,
  issuerSpki: Uint8Array,
  logs: readonly TrustedLog[],
): LoggedCertificate | LogFault {
  try {
    const { tbs, timestamps } = readPrecertificate(certificate)
    if (timestamps === undefined) return fault('log-invalid', 'the certificate is in no certificate log')
    const known = parseCertificateTimestamps(timestamps).flatMap((timestamp) => findLogs(timestamp, logs))
    if (known.length === 0)
      return fault('log-untrusted', 'the certificate is in no log of yours, or not while you trust it')
    const held = known.find(({ timestamp, log }) =>
      isSignedBy(log.key, timestamp, signedBytes(timestamp, issuerSpki, tbs)),
    )
    if (held === undefined) return fault('log-invalid', "the certificate's timestamp does not hold")
    return { ok: true, log: held.log, time: new Date(held.timestamp.time) }
  } catch (error) {
    if (!isMakotoError(error)) throw error
    return fault('log-invalid', error.message)
  }
}

/** A CT log's id is the hash of its key (RFC 6962 §3.2), so that an id cannot borrow another log's key. */
function findLogs(timestamp: CertificateTimestamp, logs: readonly TrustedLog[]) {
  return logs
    .filter(({ key }) => sha256Hex(key.spki) === timestamp.logId)
    .filter(({ validFor }) => isWithin(validFor, timestamp.time))
    .map((log) => ({ log, timestamp }))
}

const SHA256 = 4
const SIGNATURE_ALGORITHM = { rsa: 1, ecdsa: 3 } as const

function isSignedBy(key: PublicKey, timestamp: CertificateTimestamp, signed: Uint8Array): boolean {
  const { hashAlgorithm, signatureAlgorithm, signature } = timestamp
  const expected = key.algorithm === 'rsa-pkcs1' ? SIGNATURE_ALGORITHM.rsa : SIGNATURE_ALGORITHM.ecdsa
  if (key.hash !== 'sha256' || hashAlgorithm !== SHA256 || signatureAlgorithm !== expected) return false
  return verifySignature(key, signed, signature)
}

const VERSION_1 = 0
const CERTIFICATE_TIMESTAMP = 0
const PRECERTIFICATE_ENTRY = 1

function signedBytes({ time, extensions }: CertificateTimestamp, issuerSpki: Uint8Array, tbs: Uint8Array): Uint8Array {
  return concatBytes(
    Uint8Array.of(VERSION_1, CERTIFICATE_TIMESTAMP),
    bigEndian(time, 8),
    bigEndian(PRECERTIFICATE_ENTRY, 2),
    sha256(issuerSpki),
    bigEndian(tbs.length, 3),
    tbs,
    bigEndian(extensions.length, 2),
    extensions,
  )
}

function bigEndian(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => Math.floor(number / 256 ** (length - 1 - at)) % 256)
}

const fault = (code: LogFault['code'], message: string): LogFault => ({ ok: false, code, message })
