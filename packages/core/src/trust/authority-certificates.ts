import { sha256Hex } from '../digest/sha256.ts'
import { decodeUtf8, encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { parsePem } from '../key/pem.ts'
import { type Certificate, readCertificate } from './certificate.ts'

/** The certificates of an authority, by what each is there for. */
export interface AuthorityCertificates {
  /** Self-signed CAs: what is trusted. */
  readonly roots: readonly Certificate[]
  readonly intermediates: readonly Certificate[]
  /** Those that certify nobody. */
  readonly signers: readonly Certificate[]
}

const MAX_CERTIFICATES = 64

/** Sorts an authority's certificates; refuses with `trust-invalid` where there is no root among them. */
export function sortCertificates(chain: readonly Uint8Array[]): AuthorityCertificates {
  if (chain.length > MAX_CERTIFICATES) throw refuse(`more than ${MAX_CERTIFICATES} certificates`)
  const certificates = chain.map(readCertificate)
  const roots = certificates.filter(
    (certificate) => certificate.authority && certificate.subject === certificate.issuer,
  )
  if (roots.length === 0) throw refuse('no self-signed CA certificate, so nothing to trust')
  return {
    roots,
    intermediates: certificates.filter((certificate) => certificate.authority && !roots.includes(certificate)),
    signers: certificates.filter(({ authority }) => authority === undefined),
  }
}

export const nameAuthority = (root: Certificate) => ({
  name: root.subjectName,
  id: sha256Hex(root.der),
})

/** What a caller hands over: certificates, or the text of a `trusted_root.json`. */
export function readAuthoritySource(
  source: string | Uint8Array,
): { kind: 'certificates'; chain: Uint8Array[] } | { kind: 'trusted-root'; json: Uint8Array } {
  if (typeof source !== 'string' && source[0] === 0x30) return { kind: 'certificates', chain: [source] }
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text.trimStart().startsWith('{')) return { kind: 'trusted-root', json: encodeUtf8(text) }
  const blocks = parsePem(text, 'trust-invalid').filter(({ label }) => label === 'CERTIFICATE')
  return { kind: 'certificates', chain: blocks.map(({ bytes }) => bytes) }
}

const refuse = (reason: string) => new MakotoError('trust-invalid', reason)
