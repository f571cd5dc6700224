/** Whom a certificate names beside its subject. @see RFC 5280 §4.2.1.6 */
import { decodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { contentsOf, contextTag, DerFields, type DerNode, readDer, readOid, TAG } from '../time/der-reader.ts'
import { OID } from '../time/object-identifiers.ts'

/** `username` is Fulcio's otherName; `other` are kinds that nobody is known by here. */
export type NameKind = 'email' | 'dns' | 'uri' | 'username' | 'other'

export interface AlternativeName {
  readonly kind: NameKind
  /** Empty for `other`. */
  readonly value: string
}

const MAX_NAMES = 64
const MAX_NAME_BYTES = 2048

export function readAlternativeNames(value: Uint8Array): AlternativeName[] {
  const fields = new DerFields(readDer(value, TAG.sequence))
  const names: AlternativeName[] = []
  while (fields.more) {
    names.push(readGeneralName(fields.any()))
    if (names.length > MAX_NAMES) throw refuse(`more than ${MAX_NAMES} names`)
  }
  return names
}

const KIND_OF_TAG: Readonly<Record<number, NameKind>> = {
  [contextTag(1, false)]: 'email',
  [contextTag(2, false)]: 'dns',
  [contextTag(6, false)]: 'uri',
}

/** A GeneralName; in a name constraint the same tags hold the base of a subtree. */
export function readGeneralName(node: DerNode): AlternativeName {
  if (node.tag === contextTag(0)) return readOtherName(node)
  const kind = KIND_OF_TAG[node.tag]
  return kind === undefined ? { kind: 'other', value: '' } : { kind, value: readPrintableText(contentsOf(node)) }
}

/** An IA5String without controls: a NUL inside a name has fooled verifiers before. */
function readPrintableText(bytes: Uint8Array): string {
  if (bytes.length > MAX_NAME_BYTES) throw refuse(`a name of ${bytes.length} bytes`)
  if (!bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) throw refuse('a name with bytes that are no printable ASCII')
  return decodeUtf8(bytes)
}

const UTF8_STRING = 0x0c

function readOtherName(node: DerNode): AlternativeName {
  const fields = new DerFields(node)
  const type = readOid(fields.take(TAG.oid))
  const value = fields.take(contextTag(0))
  fields.end()
  if (type !== OID.fulcioUsername) return { kind: 'other', value: '' }
  return { kind: 'username', value: readUtf8Text(contentsOf(value)) }
}

/** The text of one UTF8String that fills `bytes`. */
export function readUtf8Text(bytes: Uint8Array): string {
  const text = contentsOf(readDer(bytes, UTF8_STRING))
  if (text.length > MAX_NAME_BYTES) throw refuse(`a name of ${text.length} bytes`)
  return decodeUtf8(text)
}

const refuse = (reason: string) => new MakotoError('trust-invalid', `certificate: ${reason}`)
