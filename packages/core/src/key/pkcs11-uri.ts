import { decodeUtf8 } from '../encoding.ts'
import type { MakotoError } from '../errors.ts'
import { invalidKeyUri } from './key-provider.ts'

/** Which key of which token: everything that the URI states must hold. @see RFC 7512 §2.3 */
export interface Pkcs11Reference {
  /** Path of the vendor's library. */
  readonly modulePath: string
  /** What the token says of itself, where the URI asks for it. */
  readonly token: Readonly<Partial<Record<'label' | 'serialNumber' | 'manufacturerID' | 'model', string>>>
  readonly slotId: number | undefined
  /** Label and id of the private key; at least one of them. */
  readonly object: string | undefined
  readonly id: Uint8Array | undefined
  /** File that holds the PIN. */
  readonly pinFile: string | undefined
}

const PATH_NAMES: ReadonlySet<string> = new Set('token serial manufacturer model slot-id object id type'.split(' '))
const QUERY_NAMES: ReadonlySet<string> = new Set(['module-path', 'pin-source'])

/**
 * Reads a `pkcs11:` URI. An attribute that we would not enforce is refused, never ignored: it may be the one
 * that tells two keys apart. A PIN in the URI is refused by name: URIs stand in logs and process lists.
 *
 * @see RFC 7512 §2.3, §2.4
 */
export function parsePkcs11Uri(keyUri: string): Pkcs11Reference {
  const [, path = '', query = ''] = /^pkcs11:([^?#]*)(?:\?([^#]*))?$/i.exec(keyUri) ?? []
  const where = readAttributes(path.split(';'), PATH_NAMES)
  const how = readAttributes(query.split('&'), QUERY_NAMES)
  const text = (name: string) => decodeText(where.get(name) ?? how.get(name))
  const modulePath = text('module-path')
  const [object, id, type = 'private'] = [text('object'), where.get('id'), text('type')]
  if (modulePath === undefined) throw refuse('names no library: module-path is missing')
  if (object === undefined && id === undefined) throw refuse('names no key: object or id is missing')
  if (type !== 'private') throw refuse(`is of type ${type}, which does not sign`)
  return {
    modulePath,
    token: dropUndefined({
      label: text('token'),
      serialNumber: text('serial'),
      manufacturerID: text('manufacturer'),
      model: text('model'),
    }),
    slotId: readSlotId(text('slot-id')),
    object,
    id,
    pinFile: readPinFile(text('pin-source')),
  }
}

function readAttributes(parts: readonly string[], names: ReadonlySet<string>): Map<string, Uint8Array> {
  const attributes = new Map<string, Uint8Array>()
  for (const part of parts.filter((written) => written !== '')) {
    const [, name = part, value] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    if (name === 'pin-value') throw refuse('holds a PIN, which would stand in logs: use pin-source or a password file')
    if (!names.has(name) || value === undefined) throw refuse(`has the attribute ${name}, which is not supported`)
    if (attributes.has(name)) throw refuse(`has the attribute ${name} twice`)
    attributes.set(name, decodePercent(value))
  }
  return attributes
}

/** Labels are UTF-8, ids any bytes. */
function decodePercent(value: string): Uint8Array {
  if (/%(?![0-9a-f]{2})/i.test(value)) throw refuse('has a percent sign that encodes nothing')
  const encoded = new TextEncoder().encode(value)
  const bytes: number[] = []
  for (let at = 0; at < encoded.length; at++) {
    const byte = encoded[at] ?? 0
    if (byte !== 0x25) bytes.push(byte)
    else {
      bytes.push(Number.parseInt(String.fromCharCode(encoded[at + 1] ?? 0, encoded[at + 2] ?? 0), 16))
      at += 2
    }
  }
  return Uint8Array.from(bytes)
}

const decodeText = (bytes: Uint8Array | undefined) => bytes && decodeUtf8(bytes)

function readSlotId(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,10}$/.test(text)) throw refuse('has a slot-id that is no number')
  return Number(text)
}

/** A `file:` URI or a path. RFC 7512 lets it be a command too, and ours never runs one. */
function readPinFile(source: string | undefined): string | undefined {
  const path = source?.replace(/^file:(?:\/\/)?(?=\/)/i, '')
  if (path === undefined || path.startsWith('/')) return path
  throw refuse('has a pin-source that is no file')
}

function dropUndefined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function refuse(reason: string): MakotoError {
  return invalidKeyUri(
    `the pkcs11: URI ${reason}`,
    'pkcs11:token=TOKEN;object=KEY?module-path=/path/of/library.so&pin-source=file:/path/of/pin',
  )
}
