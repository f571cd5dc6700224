import { isMakotoError, MakotoError } from '../errors.ts'
import type { PublicKey } from '../key/index.ts'
import { readPublicKey } from '../key/public-key.ts'
import { type Certificate, readCertificate } from '../trust/certificate.ts'
import type { Trust, TrustedKey } from '../trust/trust.ts'
import { passed, refuted } from './check.ts'
import type { Check } from './report.ts'
import { describeSigned, type SignedMaterial, signatureTest } from './signed-material.ts'

/** What verified the signature. A certificate's key is nobody's until the certificate is proven. */
export type SigningKey =
  | { readonly kind: 'key'; readonly key: TrustedKey }
  | { readonly kind: 'certificate'; readonly key: PublicKey; readonly certificate: Certificate }

export interface CheckedSignature {
  readonly signedBy?: SigningKey
  readonly checks: readonly Check[]
}

/**
 * Verifies the bundle's one signature: under the caller's keys, where the hint only says which to try first,
 * or under the key of the certificate that came along. Whether that signer is believed is asked after.
 *
 * @see L2.P.1, L2.P.2, L2.P.4, L2.V.1–V.4
 */
export function checkSignature(material: SignedMaterial, trust: Trust): CheckedSignature {
  const { signer } = material
  if (signer.kind === 'certificate') return checkUnderCertificate(material, signer.certificate, trust)
  const named = trust.keys.filter((key) => key.hint === signer.hint)
  const candidates = named.length > 0 ? named : trust.keys
  const key = candidates.find(signatureTest(material))
  if (key !== undefined) return { signedBy: { kind: 'key', key }, checks: [holds(key, material)] }
  if (named.length === 0) return untrusted('it is signed by none of your keys')
  return broken(named[0])
}

function checkUnderCertificate(
  material: SignedMaterial,
  der: Uint8Array,
  { certificateAuthorities = [] }: Trust,
): CheckedSignature {
  if (certificateAuthorities.length === 0)
    return untrusted('it is signed under a certificate, and you trust no certificate authority')
  try {
    const certificate = readCertificate(der)
    const key = readCertifiedKey(certificate)
    if (!signatureTest(material)(key)) return broken(key)
    return { signedBy: { kind: 'certificate', key, certificate }, checks: [holds(key, material)] }
  } catch (error) {
    if (!isMakotoError(error)) throw error
    return { checks: [refuted('key', 'certificate-untrusted', 'key', error.message)] }
  }
}

/**
 * A certificate declares its key's kind, and for elliptic curves that is the algorithm. For RSA it leaves
 * the padding open, which would be ours to guess: refused. @see docs/decisions/0022
 */
function readCertifiedKey({ spki }: Certificate): PublicKey {
  const key = readPublicKey(spki)
  if (key.algorithm !== 'rsa-pss') return key
  throw new MakotoError('key-unsupported', 'its certificate is for an RSA key, which does not say its padding')
}

const holds = ({ algorithm }: PublicKey, material: SignedMaterial) =>
  passed('signature', 'signature', `${algorithm} over ${describeSigned(material)}`)

const broken = (key: PublicKey | undefined): CheckedSignature => ({
  checks: [refuted('signature', 'signature-invalid', 'signature', `does not hold under ${key?.id}`)],
})

const untrusted = (detail: string): CheckedSignature => ({
  checks: [refuted('key', 'key-untrusted', 'key', detail)],
})
