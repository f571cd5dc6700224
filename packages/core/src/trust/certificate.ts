/** The parts of an X.509 certificate that a chain is judged by. @see RFC 5280 §4.1, §4.2 */
import { importPublicKey } from '#platform'
import { decodeUtf8, encodeHex, equalBytes } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import type { ImportedKey } from '../platform/imported-key.ts'
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
import { renderDistinguishedName } from './distinguished-name.ts'
import { type NameConstraints, readNameConstraints } from './name-constraints.ts'

export interface Certificate {
  readonly der: Uint8Array
  /** TBSCertificate: what the issuer signed. */
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** The same, made ready for the platform. */
  readonly publicKey: ImportedKey
  /** The subject for people: never compared. */
  readonly subjectName: string
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

/** Certificates have a few thousand bytes. One that a stranger brings is read before any signature holds. */
const MAX_CERTIFICATE_BYTES = 65_536

interface Extension {
  readonly critical: boolean
  readonly value: Uint8Array
}

/** Reads a DER certificate of version 3; refuses with `trust-invalid`. */
export function readCertificate(der: Uint8Array): Certificate {
  try {
    const { tbs, algorithm, signature } = readShell(der)
    return { der, tbs: rawOf(tbs), signature, ...readFields(tbs, algorithm) }
  } catch (cause) {
    throw new MakotoError('trust-invalid', 'a certificate that cannot be read', { cause })
  }
}

function readShell(der: Uint8Array) {
  if (der.length > MAX_CERTIFICATE_BYTES) throw refuse(`${der.length} bytes, ${MAX_CERTIFICATE_BYTES} are allowed`)
  const outer = new DerFields(readDer(der, TAG.sequence))
  const tbs = outer.take(TAG.sequence)
  const algorithm = outer.take(TAG.sequence)
  const signature = contentsOf(outer.take(TAG.bitString))
  outer.end()
  if (signature[0] !== 0) throw refuse('a signature that does not end on a byte')
  return { tbs, algorithm, signature: signature.subarray(1) }
}

function readFields(tbs: DerNode, algorithm: DerNode) {
  const fields = new DerFields(tbs)
  readVersion(fields.take(contextTag(0)))
  readSerial(fields.take(TAG.integer))
  // RFC 5280 §4.1.1.2: the algorithm outside is not signed, so it has to be the one inside.
  if (!equalBytes(rawOf(fields.take(TAG.sequence)), rawOf(algorithm))) throw refuse('two signature algorithms')
  const issuer = encodeHex(rawOf(fields.take(TAG.sequence)))
  const validity = readValidity(fields.take(TAG.sequence))
  const subject = fields.take(TAG.sequence)
  const spki = rawOf(fields.take(TAG.sequence))
  fields.optional(contextTag(1, false))
  fields.optional(contextTag(2, false))
  const extensions = readExtensions(fields.optional(contextTag(3)))
  fields.end()
  return {
    signatureAlgorithm: readOid(new DerFields(algorithm).take(TAG.oid)),
    issuer,
    ...validity,
    subject: encodeHex(rawOf(subject)),
    subjectName: renderDistinguishedName(subject),
    spki,
    publicKey: importPublicKey(spki),
    ...readConstraints(extensions),
  }
}

function readVersion(wrapper: DerNode): void {
  const fields = new DerFields(wrapper)
  if (readSmallInteger(fields.take(TAG.integer)) !== 2) throw refuse('a version other than 3')
  fields.end()
}

/** RFC 5280 §4.1.2.2: positive, of at most 20 octets; a few more are borne, as every other reader does. */
function readSerial(node: DerNode): void {
  const serial = readInteger(node)
  if ((serial[0] ?? 0x80) >= 0x80 || serial.length > 32) throw refuse('a serial number that is negative or too long')
}

function readValidity(node: DerNode): { notBefore: number; notAfter: number } {
  const fields = new DerFields(node)
  const [notBefore, notAfter] = [readCertificateTime(fields.any()), readCertificateTime(fields.any())]
  fields.end()
  return { notBefore, notAfter }
}

function readExtensions(wrapper: DerNode | undefined): Map<string, Extension> {
  const extensions = new Map<string, Extension>()
  if (!wrapper) return extensions
  const wrapped = new DerFields(wrapper)
  const list = new DerFields(wrapped.take(TAG.sequence))
  wrapped.end()
  while (list.more) {
    const fields = new DerFields(list.take(TAG.sequence))
    const id = readOid(fields.take(TAG.oid))
    const critical = fields.optional(TAG.boolean)
    const value = contentsOf(fields.take(TAG.octetString))
    fields.end()
    if (extensions.has(id)) throw refuse('an extension that stands twice')
    extensions.set(id, { critical: critical !== undefined && readBoolean(critical), value })
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
  const texts = [encoded && readUtf8Text(encoded.value), bare && decodeUtf8(bare.value)].filter(
    (text) => text !== undefined,
  )
  if (new Set(texts).size > 1) throw refuse('two issuers')
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

/** RFC 5280 §4.2.1.3: nine bits, of which one at least is set. */
function readKeyUsage(value: Uint8Array): Set<number> {
  const contents = contentsOf(readDer(value, TAG.bitString))
  if (contents.length < 2 || contents.length > 3) throw refuse('a key usage of no bits, or of more than there are')
  const bits = [...contents.subarray(1)].flatMap((octet, at) =>
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

const refuse = (reason: string) => new MakotoError('trust-invalid', `certificate: ${reason}`)
