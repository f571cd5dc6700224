/** A token read, nothing of it verified. @see RFC 3161 §2.4.2, RFC 5652 §5, RFC 5816 */
import { MakotoError } from '../errors.ts'
import {
  contentsOf,
  contextTag,
  DerFields,
  type DerNode,
  rawOf,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
} from './der-reader.ts'
import { OID, SIGNATURE_OID, type SignatureScheme, type TimestampHash } from './object-identifiers.ts'
import { readHash, readTimestampInfo, type TimestampInfo } from './timestamp-info.ts'
import { readTimestampResponse } from './timestamp-response.ts'

const MAX_CERTIFICATES = 16

/**
 * The hash of the certificate that signed, itself under the signature.
 *
 * SHA-1 is RFC 3161's own ESSCertID, which authorities in use still send (FreeTSA). It only picks a
 * certificate; who picks another than the real one must find it under the trusted root, with the
 * key that made the signature.
 */
export interface CertificateId {
  readonly hash: TimestampHash | 'sha1'
  readonly digest: Uint8Array
}

export interface Timestamp extends TimestampInfo {
  /** DER of TSTInfo, as signed. */
  readonly content: Uint8Array
  readonly digestAlgorithm: TimestampHash
  readonly messageDigest: Uint8Array
  readonly signingCertificate: CertificateId
  /** The signed attributes as a SET, the form that is signed. */
  readonly signedAttributes: Uint8Array
  readonly scheme: SignatureScheme
  readonly signature: Uint8Array
  /** The certificates that came along, in one piece and each: DER, untrusted. */
  readonly certificateSet: Uint8Array
  readonly certificates: readonly Uint8Array[]
}

/** Reads a TimeStampResp that grants a token; refuses with `timestamp-invalid`. */
export function parseTimestamp(response: Uint8Array): Timestamp {
  const { granted, statusText, signedData } = readTimestampResponse(response)
  if (!granted || signedData === undefined) throw refuse(`no token was granted (${statusText})`)
  return readToken(signedData)
}

export function readToken(signedData: DerNode): Timestamp {
  const fields = new DerFields(signedData)
  readSmallInteger(fields.take(TAG.integer))
  fields.take(TAG.set)
  const content = readContent(fields.take(TAG.sequence))
  const certificates = fields.optional(contextTag(0))
  fields.optional(contextTag(1))
  const signerInfos = new DerFields(fields.take(TAG.set))
  fields.end()
  const signer = readSignerInfo(signerInfos.take(TAG.sequence))
  signerInfos.end()
  return { ...readTimestampInfo(content), content, ...signer, ...readCertificateSet(certificates) }
}

function readContent(encapsulated: DerNode): Uint8Array {
  const fields = new DerFields(encapsulated)
  if (readOid(fields.take(TAG.oid)) !== OID.timestampInfo) throw refuse('the content is not TSTInfo')
  const content = contentsOf(readDer(contentsOf(fields.take(contextTag(0))), TAG.octetString))
  fields.end()
  return content
}

/** Other kinds of certificate (attribute certificates) are none of ours. */
function readCertificateSet(set: DerNode | undefined) {
  if (!set) return { certificateSet: new Uint8Array(), certificates: [] }
  const fields = new DerFields(set)
  const certificates: Uint8Array[] = []
  while (fields.more) {
    const node = fields.any()
    if (node.tag === TAG.sequence) certificates.push(rawOf(node))
    if (certificates.length > MAX_CERTIFICATES) throw refuse(`more than ${MAX_CERTIFICATES} certificates`)
  }
  return { certificateSet: contentsOf(set), certificates }
}

function readSignerInfo(node: DerNode) {
  const fields = new DerFields(node)
  readSmallInteger(fields.take(TAG.integer))
  // Who signed is read from the signed attributes; this name is outside the signature.
  fields.any()
  const digestAlgorithm = readHash(fields.take(TAG.sequence))
  const attributes = fields.take(contextTag(0))
  const scheme = readScheme(fields.take(TAG.sequence))
  const signature = contentsOf(fields.take(TAG.octetString))
  fields.optional(contextTag(1))
  fields.end()
  return { digestAlgorithm, ...readAttributes(attributes), scheme, signature }
}

function readScheme(node: DerNode): SignatureScheme {
  const scheme = SIGNATURE_OID[readOid(new DerFields(node).take(TAG.oid))]
  if (scheme === undefined) throw refuse('signed by an algorithm other than RSA or ECDSA with SHA-2')
  return scheme
}

function readAttributes(node: DerNode) {
  const attributes = new Map<string, DerNode>()
  const fields = new DerFields(node)
  while (fields.more) {
    const attribute = new DerFields(fields.take(TAG.sequence))
    const type = readOid(attribute.take(TAG.oid))
    if (attributes.has(type)) throw refuse('a signed attribute stands twice')
    attributes.set(type, attribute.take(TAG.set))
    attribute.end()
  }
  if (readOid(singleValue(attributes, OID.contentType)) !== OID.timestampInfo)
    throw refuse('the signed content type is not TSTInfo')
  // RFC 5652 §5.4: signed as a SET, although it travels as [0].
  const signedAttributes = rawOf(node).slice()
  signedAttributes[0] = TAG.set
  return {
    messageDigest: contentsOf(readDer(rawOf(singleValue(attributes, OID.messageDigest)), TAG.octetString)),
    signingCertificate: attributes.has(OID.signingCertificateV2)
      ? readCertificateId(singleValue(attributes, OID.signingCertificateV2), 'sha256')
      : readCertificateId(singleValue(attributes, OID.signingCertificate), 'sha1'),
    signedAttributes,
  }
}

function singleValue(attributes: ReadonlyMap<string, DerNode>, type: string): DerNode {
  const set = attributes.get(type)
  if (set === undefined) throw refuse(ATTRIBUTE_MISSING[type] ?? 'a signed attribute is missing')
  const values = new DerFields(set)
  const value = values.any()
  values.end()
  return value
}

const ATTRIBUTE_MISSING: Readonly<Record<string, string>> = {
  [OID.contentType]: 'no signed content type',
  [OID.messageDigest]: 'no signed message digest',
  [OID.signingCertificate]: 'no ESSCertID: the token does not say which certificate signed it',
}

/** The first id is the signer's. Version 2 names its hash, SHA-256 by default (RFC 5035 §4); version 1 has SHA-1. */
function readCertificateId(signingCertificate: DerNode, standard: 'sha256' | 'sha1'): CertificateId {
  const ids = new DerFields(new DerFields(signingCertificate).take(TAG.sequence))
  const id = new DerFields(ids.take(TAG.sequence))
  const algorithm = standard === 'sha256' ? id.optional(TAG.sequence) : undefined
  return { hash: algorithm ? readHash(algorithm) : standard, digest: contentsOf(id.take(TAG.octetString)) }
}

const refuse = (reason: string) => new MakotoError('timestamp-invalid', `timestamp: ${reason}`)
