import { encodeUtf8, hasLoneSurrogate } from './encoding.ts'
import { MakotoError } from './errors.ts'

export type JsonValue = null | boolean | number | string | JsonArray | JsonObject
export type JsonArray = readonly JsonValue[]
export interface JsonObject {
  readonly [key: string]: JsonValue
}

const MAX_DEPTH = 512

/**
 * The one serialisation of a JSON value that is hashed or signed: no white space, keys in the order of their UTF-16
 * code units, numbers and strings as ECMAScript prints them.
 *
 * Refuses with `json-invalid` what has no such form: lone surrogates, NaN and infinities, `undefined`, and objects of
 * a class, whose `toJSON` would make the bytes depend on more than the data.
 *
 * @see FORMATS §0, RFC 8785
 */
export function canonicalize(value: JsonValue): Uint8Array {
  return encodeUtf8(canonicalText(value, 0))
}

function canonicalText(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return canonicalString(value)
  if (typeof value === 'number') return canonicalNumber(value)
  if (depth >= MAX_DEPTH) throw new MakotoError('limit-exceeded', `JSON nested deeper than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) return canonicalArray(value, depth)
  if (isPlainObject(value)) return canonicalObject(value, depth)
  throw new MakotoError('json-invalid', `JSON has no form for ${value === undefined ? 'undefined' : typeof value}`)
}

/** `JSON.stringify` escapes as RFC 8785 §3.2.2.2 asks, once lone surrogates are out of the way. */
function canonicalString(text: string): string {
  if (hasLoneSurrogate(text)) throw new MakotoError('json-invalid', 'a string holds half of a surrogate pair')
  return JSON.stringify(text)
}

/** RFC 8785 §3.2.2.3 is ECMAScript's own `Number::toString`; −0 becomes `0`. */
function canonicalNumber(number: number): string {
  if (!Number.isFinite(number)) throw new MakotoError('json-invalid', `JSON has no form for the number ${number}`)
  return String(number)
}

function canonicalArray(items: readonly unknown[], depth: number): string {
  return `[${Array.from(items, (item) => canonicalText(item, depth + 1)).join(',')}]`
}

function canonicalObject(object: Readonly<Record<string, unknown>>, depth: number): string {
  const members = Object.keys(object)
    .sort()
    .map((key) => `${canonicalString(key)}:${canonicalText(object[key], depth + 1)}`)
  return `{${members.join(',')}}`
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
