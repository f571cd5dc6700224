/** Names of certificates for people. Nothing is decided by them: chains compare the DER. @see RFC 5280 §4.1.2.4 */
import { decodeUtf8, encodeHex } from '../encoding.ts'
import { childrenOf, contentsOf, DerFields, type DerNode, readOid, TAG } from '../time/der-reader.ts'

/** Attribute types with the short names of RFC 4514 §3 and of OpenSSL. */
const TYPES: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550405': 'serialNumber',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '55040a': 'O',
  '55040b': 'OU',
  '550461': 'organizationIdentifier',
  '2a864886f70d010901': 'emailAddress',
  '0992268993f22c640119': 'DC',
}

const UTF8_STRING = 0x0c
/** PrintableString, IA5String, VisibleString. */
const ASCII_STRINGS: ReadonlySet<number> = new Set([0x13, 0x16, 0x1a])
const MAX_VALUE_BYTES = 256

/** `O=Example, CN=Root`, in the order of the certificate. */
export function renderDistinguishedName(name: DerNode): string {
  return childrenOf(name)
    .map((set) => childrenOf(set).map(renderAttribute).join(' + '))
    .join(', ')
}

function renderAttribute(node: DerNode): string {
  const fields = new DerFields(node)
  const type = readOid(fields.take(TAG.oid))
  const value = fields.any()
  fields.end()
  return `${TYPES[type] ?? `oid.${type}`}=${renderValue(value)}`
}

/** What is not plain text stands in hex; what could pass for another attribute is escaped. */
function renderValue(value: DerNode): string {
  const bytes = contentsOf(value).subarray(0, MAX_VALUE_BYTES)
  const text = readText(value.tag, bytes)
  return text === undefined ? `#${encodeHex(bytes)}` : text.replaceAll(/[,+"\\<>;=]/g, '\\$&')
}

function readText(tag: number, bytes: Uint8Array): string | undefined {
  if (tag !== UTF8_STRING && !ASCII_STRINGS.has(tag)) return undefined
  if (tag !== UTF8_STRING && bytes.some((byte) => byte >= 0x80)) return undefined
  try {
    return decodeUtf8(bytes)
  } catch {
    return undefined
  }
}
