/** The parts of an X.509 certificate that a chain is judged by. @see RFC 5280 §4.1, §4.2 */
import { type KeyObject, X509Certificate } from 'node:crypto'
import { decodeUtf8, encodeHex } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { readCertificateTime } from '../time/asn1-time.ts'
import {
  contentsOf,
  contextTag,
  DerFields,
  type DerNode,
  rawOf,
  readBoolean,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  TAG,
} from '../time/der-reader.ts'
import { OID } from '../time/object-identifiers.ts'
import { type AlternativeName, readAlternativeNames, readUtf8Text } from './alternative-names.ts'
import { type NameConstraints, readNameConstraints } from './name-constraints.ts'

export interface Certificate {
  readonly der: Uint8Array
  readonly x509: X509Certificate
  /** Taken out once: the certificate's own getter makes a new key object each time. */
  readonly publicKey: KeyObject
  /** DER names in hex: compared byte for byte. */
  readonly subject: string
  readonly issuer: string
  /** Milliseconds since the epoch, both included. */
  readonly notBefore: number
  readonly notAfter: number
  readonly signatureAlgorithm: string
  readonly authority: { readonly pathLength: number } | undefined
  /** Undefined: no restriction stated. */
  readonly keyUsage: ReadonlySet<number> | undefined
  readonly extendedKeyUsage: { readonly critical: boolean; readonly purposes: readonly string[] } | undefined
  /** Whom it names, as a signer's identity. */
  readonly alternativeNames: readonly AlternativeName[]
  /** Who vouched for the name, where Fulcio certified it. */
  readonly oidcIssuer: string | undefined
  readonly nameConstraints: NameConstraints | undefined
  /** A critical extension, or a name constraint, that we do not understand forbids to use the certificate. */
  readonly unknownCritical: boolean
}

/** Bit numbers of KeyUsage. */
export const KEY_USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5 } as const

interface Extension {
  readonly critical: boolean
  readonly value: Uint8Array
}

/** Reads a DER certificate of version 3; refuses with `trust-invalid`. */
export function readCertificate(der: Uint8Array): Certificate {
  try {
    const x509 = new X509Certificate(der)
    return { der, x509, publicKey: x509.publicKey, ...readFields(der) }
  } catch (cause) {
    throw new MakotoError('trust-invalid', 'a certificate that cannot be read', { cause })
  }
}

function readFields(der: Uint8Array) {
  const outer = new DerFields(readDer(der, TAG.sequence))
  const fields = new DerFields(outer.take(TAG.sequence))
  const signatureAlgorithm = readOid(new DerFields(outer.take(TAG.sequence)).take(TAG.oid))
  fields.take(contextTag(0))
  readInteger(fields.take(TAG.integer))
  fields.take(TAG.sequence)
  const issuer = encodeHex(rawOf(fields.take(TAG.sequence)))
  const validity = new DerFields(fields.take(TAG.sequence))
  const notBefore = readCertificateTime(validity.any())
  const notAfter = readCertificateTime(validity.any())
  const subject = encodeHex(rawOf(fields.take(TAG.sequence)))
  fields.take(TAG.sequence)
  fields.optional(contextTag(1, false))
  fields.optional(contextTag(2, false))
  const extensions = readExtensions(fields.optional(contextTag(3)))
  return { signatureAlgorithm, issuer, subject, notBefore, notAfter, ...readConstraints(extensions) }
}

function readExtensions(wrapper: DerNode | undefined): Map<string, Extension> {
  const extensions = new Map<string, Extension>()
  if (!wrapper) return extensions
  const list = new DerFields(new DerFields(wrapper).take(TAG.sequence))
  while (list.more) {
    const fields = new DerFields(list.take(TAG.sequence))
    const id = readOid(fields.take(TAG.oid))
    const critical = fields.optional(TAG.boolean)
    if (extensions.has(id)) throw new MakotoError('trust-invalid', 'a certificate extension stands twice')
    extensions.set(id, {
      critical: critical !== undefined && readBoolean(critical),
      value: contentsOf(fields.take(TAG.octetString)),
    })
  }
  return extensions
}

const KNOWN: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.basicConstraints,
  OID.extendedKeyUsage,
  OID.certificatePolicies,
  OID.subjectAltName,
  OID.nameConstraints,
])

function readConstraints(extensions: ReadonlyMap<string, Extension>) {
  const basic = extensions.get(OID.basicConstraints)
  const usage = extensions.get(OID.keyUsage)
  const purposes = extensions.get(OID.extendedKeyUsage)
  const names = extensions.get(OID.subjectAltName)
  const constraints = extensions.get(OID.nameConstraints)
  const nameConstraints = constraints && readNameConstraints(constraints.value)
  return {
    authority: basic && readBasicConstraints(basic.value),
    keyUsage: usage && readKeyUsage(usage.value),
    extendedKeyUsage: purposes && { critical: purposes.critical, purposes: readPurposes(purposes.value) },
    alternativeNames: names ? readAlternativeNames(names.value) : [],
    oidcIssuer: readOidcIssuer(extensions),
    nameConstraints,
    unknownCritical:
      [...extensions].some(([id, { critical }]) => critical && !KNOWN.has(id)) ||
      (constraints !== undefined && nameConstraints === undefined),
  }
}

/** Fulcio writes its issuer twice, the older form as bare text; where they differ, neither is believed. */
function readOidcIssuer(extensions: ReadonlyMap<string, Extension>): string | undefined {
  const bare = extensions.get(OID.fulcioIssuerText)
  const encoded = extensions.get(OID.fulcioIssuer)
  const texts = [encoded && readUtf8Text(encoded.value), bare && decodeUtf8(bare.value)].filter((text) => text !== undefined)
  if (new Set(texts).size > 1) throw new MakotoError('trust-invalid', 'a certificate with two issuers')
  return texts[0]
}

function readBasicConstraints(value: Uint8Array): { pathLength: number } | undefined {
  const fields = new DerFields(readDer(value, TAG.sequence))
  const authority = fields.optional(TAG.boolean)
  const pathLength = fields.optional(TAG.integer)
  fields.end()
  if (authority === undefined || !readBoolean(authority)) return undefined
  return { pathLength: pathLength ? readSmallInteger(pathLength) : Number.POSITIVE_INFINITY }
}

function readKeyUsage(value: Uint8Array): Set<number> {
  const [, ...octets] = contentsOf(readDer(value, TAG.bitString))
  const bits = octets.flatMap((octet, at) =>
    Array.from({ length: 8 }, (_, bit) => (octet & (0x80 >> bit) ? at * 8 + bit : -1)),
  )
  return new Set(bits.filter((bit) => bit >= 0))
}

function readPurposes(value: Uint8Array): string[] {
  const fields = new DerFields(readDer(value, TAG.sequence))
  const purposes: string[] = []
  while (fields.more) purposes.push(readOid(fields.any()))
  return purposes
}
