import type { VerifiedTime } from '../time/index.ts'
import { type Certificate, readCertificate } from '../trust/certificate.ts'
import { proveCertificate } from '../trust/prove-certificate.ts'
import { isWithin, type Trust, type TrustedKey, type VerifiedSigner } from '../trust/trust.ts'
import { notApplicable, passed, refuted } from './check.ts'
import type { SigningKey } from './check-signature.ts'
import type { Check, FailureCode } from './report.ts'

export interface CheckedSigner {
  readonly signer?: VerifiedSigner
  readonly checks: readonly Check[]
}

/**
 * Whether whoever made the signature is believed, at every time at which it is known to have existed. A key
 * with a window, and a certificate always, needs such a time; without one it is refused, not taken for current.
 *
 * @see L2.P.3, L2.P.4, L2.V.3, L2.V.4
 */
export function checkSigner(
  signedBy: SigningKey,
  intermediates: readonly Uint8Array[],
  times: readonly VerifiedTime[],
  trust: Trust,
): CheckedSigner {
  const moments = times.map(({ time }) => time.getTime())
  if (signedBy.kind === 'key') return checkKey(signedBy.key, moments, trust.keys)
  return checkCertificate(signedBy.certificate, intermediates, moments, trust)
}

/** A key that the caller names twice is trusted where both words hold: one that revokes it is not outvoted. */
function checkKey(key: TrustedKey, times: readonly number[], keys: readonly TrustedKey[]): CheckedSigner {
  const words = [key, ...keys.filter(({ id }) => id === key.id)]
  const fault = words.map((word) => findKeyFault(word, times)).find((found) => found !== undefined)
  if (fault !== undefined) return refuse(fault.code, fault.message)
  return {
    signer: { kind: 'key', id: key.id, key },
    checks: [
      passed('key', 'key', `${key.id}, one of yours${key.name === undefined ? '' : `: ${key.name}`}`),
      notApplicable('keyless', 'keyless', 'signed with a key that you trust'),
    ],
  }
}

function findKeyFault(
  { id, validFor, revokedOn }: TrustedKey,
  times: readonly number[],
): { code: FailureCode; message: string } | undefined {
  if (revokedOn !== undefined && !(revokedOn > Number.NEGATIVE_INFINITY))
    return { code: 'key-revoked', message: `${id} is revoked` }
  if (validFor === undefined && revokedOn === undefined) return undefined
  if (times.length === 0)
    return {
      code: 'time-missing',
      message: `${id} is not trusted at all times, and no verified time says when it signed`,
    }
  if (revokedOn !== undefined && times.some((time) => time >= revokedOn))
    return {
      code: 'key-revoked',
      message: `${id} was revoked on ${new Date(revokedOn).toISOString()}, before it signed`,
    }
  const outside = validFor && times.find((time) => !isWithin(validFor, time))
  if (outside !== undefined)
    return { code: 'key-expired', message: `${id} was not trusted at ${new Date(outside).toISOString()}` }
  return undefined
}

function checkCertificate(
  certificate: Certificate,
  brought: readonly Uint8Array[],
  times: readonly number[],
  { certificateAuthorities = [], identities = [], certificateLogs = [] }: Trust,
): CheckedSigner {
  if (times.length === 0)
    return refuse('time-missing', 'it is signed under a certificate, and no verified time says that this was valid')
  const trust = { certificateAuthorities, identities, certificateLogs }
  const proven = proveCertificate(certificate, brought.flatMap(readableCertificate), times, trust)
  if ('code' in proven) return refuse(proven.code, proven.message)
  const { subject, issuer, authority } = proven
  const named = issuer === undefined ? subject : `${subject} of ${issuer}`
  return {
    signer: {
      kind: 'certificate',
      id: subject,
      ...(issuer === undefined ? {} : { issuer }),
      authorityId: authority.id,
      certificate,
    },
    checks: [
      passed('key', 'key', `${named}, certified by ${authority.name}`),
      authority.kind === 'fulcio'
        ? passed('keyless', 'keyless', `a certificate of ${authority.name}, in a log of certificates`)
        : notApplicable('keyless', 'keyless', 'signed under a certificate that lasts'),
    ],
  }
}

/** One that cannot be read leads nowhere, and hinders nothing either. */
function readableCertificate(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)]
  } catch {
    return []
  }
}

const refuse = (code: FailureCode, message: string): CheckedSigner => ({
  checks: [refuted('key', code, 'key', message)],
})
