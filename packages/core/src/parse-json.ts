import type { JsonValue } from './canonical-json.ts'
import { decodeUtf8, hasLoneSurrogate } from './encoding.ts'
import { MakotoError } from './errors.ts'

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
  const reader = new JsonReader(decodeUtf8(bytes), maxDepth)
  return reader.readDocument()
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERALS: readonly (readonly [string, null | boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

class JsonReader {
  readonly #text: string
  readonly #maxDepth: number
  #at = 0
  #depth = 0

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  readDocument(): JsonValue {
    const value = this.#readValue()
    if (this.#peek() !== undefined) throw this.#refuse('text after the value')
    return value
  }

  #readValue(): JsonValue {
    switch (this.#peek()) {
      case '{':
        return this.#nested(() => this.#readObject())
      case '[':
        return this.#nested(() => this.#readArray())
      case '"':
        return this.#readString()
      default:
        return this.#readScalar()
    }
  }

  #readObject(): JsonValue {
    const object: Record<string, JsonValue> = {}
    this.#at++
    if (this.#peek() === '}') this.#at++
    else
      do {
        if (this.#peek() !== '"') throw this.#refuse('a key in quotes is expected')
        const key = this.#readString()
        if (Object.hasOwn(object, key)) throw this.#refuse(`the key ${JSON.stringify(key)} stands twice`)
        this.#expectColon()
        setOwn(object, key, this.#readValue())
      } while (this.#continues('}'))
    return object
  }

  #readArray(): JsonValue {
    const array: JsonValue[] = []
    this.#at++
    if (this.#peek() === ']') this.#at++
    else
      do {
        array.push(this.#readValue())
      } while (this.#continues(']'))
    return array
  }

  #readString(): string {
    const start = this.#at++
    let escaped = false
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit === QUOTE) break
      if (unit === BACKSLASH) {
        escaped = true
        this.#at++
      } else if (unit < 0x20) throw this.#refuse('a control character inside a string')
      else if (Number.isNaN(unit)) throw this.#refuse('a string without its end')
      this.#at++
    }
    this.#at++
    return escaped ? this.#unescape(this.#text.slice(start, this.#at)) : this.#text.slice(start + 1, this.#at - 1)
  }

  #unescape(quoted: string): string {
    const text = parseEscapes(quoted)
    if (text === undefined) throw this.#refuse('a bad escape')
    if (hasLoneSurrogate(text)) throw this.#refuse('half of a surrogate pair')
    return text
  }

  #readScalar(): JsonValue {
    for (const [word, value] of LITERALS)
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return value
      }
    NUMBER.lastIndex = this.#at
    const digits = NUMBER.exec(this.#text)?.[0]
    if (digits === undefined) throw this.#refuse('a value is expected')
    this.#at += digits.length
    const number = Number(digits)
    if (!Number.isFinite(number)) throw this.#refuse('a number too large')
    return number
  }

  #nested(read: () => JsonValue): JsonValue {
    if (++this.#depth > this.#maxDepth)
      throw new MakotoError('limit-exceeded', `JSON nested deeper than ${this.#maxDepth} levels`)
    const value = read()
    this.#depth--
    return value
  }

  /** Skips white space; undefined at the end. */
  #peek(): string | undefined {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return this.#text[this.#at]
      this.#at++
    }
  }

  #continues(end: ']' | '}'): boolean {
    const next = this.#peek()
    if (next !== end && next !== ',') throw this.#refuse(`, or ${end} is expected`)
    this.#at++
    return next === ','
  }

  #expectColon(): void {
    if (this.#peek() !== ':') throw this.#refuse(': is expected')
    this.#at++
  }

  #refuse(reason: string): MakotoError {
    return new MakotoError('json-invalid', `JSON: ${reason}, at character ${this.#at}`)
  }
}

/** Assigning `__proto__` would change the object's prototype instead of adding a key. */
function setOwn(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}

function parseEscapes(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return undefined
  }
}
