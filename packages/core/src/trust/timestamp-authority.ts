/** Which timestamp authorities a verifier trusts, from PEM, DER or Sigstore's `trusted_root.json`. */
import { z } from 'zod'
import { decodeBase64, decodeUtf8, encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { parsePem } from '../key/pem.ts'
import { parseJson } from '../parse-json.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import { OID } from '../time/object-identifiers.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { findChains } from './certificate-chain.ts'

export interface TimestampAuthority {
  /** For people: the subject of the root. */
  readonly name: string
  /** H(root's DER), hex. Thresholds count these, not tokens. */
  readonly id: string
  readonly root: Certificate
  /** Certificates between a token's signer and the root, beside those that tokens bring along. */
  readonly intermediates: readonly Certificate[]
  /** Where listed, only these sign for the authority; else any under the root that has the purpose. */
  readonly signers: readonly Certificate[]
  /** When the verifier trusts it, both included: milliseconds since the epoch. */
  readonly validFor: { readonly start: number; readonly end: number }
}

const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }
const MAX_AUTHORITY_CERTIFICATES = 64

/**
 * Reads the authorities that the caller trusts from certificates (PEM or one DER) or from a
 * `trusted_root.json`. Every self-signed CA in a PEM is an authority; the certificates below them
 * go with each, and a listed time-stamping certificate limits its own authority to it.
 *
 * Refuses with `trust-invalid` what holds no root.
 *
 * @see L2.V.4, L2.V.6
 */
export function parseTimestampAuthorities(source: string | Uint8Array): TimestampAuthority[] {
  if (typeof source !== 'string' && source[0] === 0x30) return authoritiesOf([source], ALWAYS)
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text.trimStart().startsWith('{')) return readTrustedRoot(encodeUtf8(text))
  const certificates = parsePem(text, 'trust-invalid').filter(({ label }) => label === 'CERTIFICATE')
  return authoritiesOf(
    certificates.map(({ bytes }) => bytes),
    ALWAYS,
  )
}

const timeSchema = z.iso.datetime({ offset: true })

/** Of a trusted root only the timestamp authorities; the rest is for later rooms. */
const trustedRootSchema = z.looseObject({
  mediaType: z.string().regex(/^application\/vnd\.dev\.sigstore\.trustedroot(\+json;version=0\.1|\.v0\.2\+json)$/),
  timestampAuthorities: z
    .array(
      z.looseObject({
        certChain: z.looseObject({
          certificates: z
            .array(z.looseObject({ rawBytes: z.base64() }))
            .min(1)
            .max(8),
        }),
        validFor: z.looseObject({ start: timeSchema.exactOptional(), end: timeSchema.exactOptional() }).exactOptional(),
      }),
    )
    .max(32)
    .exactOptional(),
})

function readTrustedRoot(bytes: Uint8Array): TimestampAuthority[] {
  const parsed = trustedRootSchema.safeParse(readJson(bytes))
  if (!parsed.success) throw refuse(`trusted root: ${describeIssues(parsed.error)}`)
  return (parsed.data.timestampAuthorities ?? []).flatMap(({ certChain, validFor }) => {
    const chain = certChain.certificates.map(({ rawBytes }) => decodeBase64(rawBytes))
    return authoritiesOf(chain, {
      start: validFor?.start === undefined ? ALWAYS.start : Date.parse(validFor.start),
      end: validFor?.end === undefined ? ALWAYS.end : Date.parse(validFor.end),
    })
  })
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes)
  } catch (cause) {
    throw new MakotoError('trust-invalid', 'the trusted root is not readable JSON', { cause })
  }
}

function authoritiesOf(chain: readonly Uint8Array[], validFor: TimestampAuthority['validFor']): TimestampAuthority[] {
  if (chain.length > MAX_AUTHORITY_CERTIFICATES) throw refuse(`more than ${MAX_AUTHORITY_CERTIFICATES} certificates`)
  const certificates = chain.map(readCertificate)
  const roots = certificates.filter(
    (certificate) => certificate.authority && certificate.subject === certificate.issuer,
  )
  if (roots.length === 0) throw refuse('no self-signed CA certificate, so nothing to trust')
  const signers = certificates.filter(({ authority }) => authority === undefined)
  const intermediates = certificates.filter((certificate) => certificate.authority && !roots.includes(certificate))
  return roots.map((root) => ({
    name: root.x509.subject.replaceAll('\n', ', '),
    id: root.x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    root,
    intermediates,
    signers: signers.filter((signer) => findChains(signer, intermediates, [root], OID.timeStamping).length > 0),
    validFor,
  }))
}

const refuse = (reason: string) => new MakotoError('trust-invalid', reason)
