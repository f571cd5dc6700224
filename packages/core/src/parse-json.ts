import type { JsonValue } from './canonical-json.ts'
import { decodeUtf8 } from './encoding.ts'
import { MakotoError } from './errors.ts'
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-characters.ts'
import { readJsonStrictly } from './json-reader.ts'

export interface JsonLimits {
  /** Default 16 MiB. */
  readonly maxBytes?: number
  /** Levels of arrays and objects. Default 64. */
  readonly maxDepth?: number
}

const MAX_BYTES = 16 * 1024 * 1024
const MAX_DEPTH = 64

/**
 * Reads JSON that came from outside, so that two readers cannot understand it differently.
 *
 * Beyond RFC 8259 it refuses duplicate keys, lone surrogates, numbers that overflow, a byte order mark and bytes that
 * are not UTF-8. `__proto__` is a key like any other.
 *
 * @see FORMATS §0
 */
export function parseJson(
  bytes: Uint8Array,
  { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH }: JsonLimits = {},
): JsonValue {
  if (bytes.length > maxBytes)
    throw new MakotoError('limit-exceeded', `JSON of ${bytes.length} bytes, ${maxBytes} are allowed`)
  const text = decodeUtf8(bytes)
  return parseUnambiguous(text, maxDepth) ?? readJsonStrictly(text, maxDepth)
}

/**
 * What the platform's own parser makes of it, where there can be no doubt: as many members as the text has colons
 * outside of strings, so that no key stands twice. Undefined where there is a doubt; the strict reader decides.
 */
function parseUnambiguous(text: string, maxDepth: number): JsonValue | undefined {
  const members = countColons(text, maxDepth)
  // Only an escape can spell half of a surrogate pair: the text itself came from UTF-8.
  if (members === undefined || text.includes('\\u')) return undefined
  try {
    const value: JsonValue = JSON.parse(text)
    return countMembers(value) === members ? value : undefined
  } catch {
    return undefined
  }
}

/** Undefined where a string does not end, or the nesting is too deep to hand it to a parser without a limit. */
function countColons(text: string, maxDepth: number): number | undefined {
  let depth = 0
  let colons = 0
  for (let at = 0; at < text.length; at++)
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        if (at < 0) return undefined
        break
      case COLON:
        colons++
        break
      case OPEN_BRACKET:
      case OPEN_BRACE:
        if (++depth > maxDepth) return undefined
        break
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        depth--
    }
  return colons
}

/** Where the string that begins at `start` has its closing quote; -1 where it has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let escapes = end
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes--
    if ((end - escapes) % 2 === 0) return end
  }
  return -1
}

/** NaN, which equals nothing, where a number has overflowed. */
function countMembers(value: JsonValue): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN
  if (typeof value !== 'object' || value === null) return 0
  const parts: readonly JsonValue[] = Array.isArray(value) ? value : Object.values(value)
  let count = Array.isArray(value) ? 0 : parts.length
  for (const part of parts) count += countMembers(part)
  return count
}
