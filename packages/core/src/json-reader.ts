import type { JsonValue } from './canonical-json.ts'
import { hasLoneSurrogate } from './encoding.ts'
import { MakotoError } from './errors.ts'
import {
  BACKSLASH,
  CARRIAGE_RETURN,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LINE_FEED,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SPACE,
  TAB,
} from './json-characters.ts'

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERALS: readonly (readonly [string, null | boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/**
 * Reads JSON character by character and says where it stops being JSON that has one meaning. `JSON.parse` is faster and
 * takes a key twice. Refuses with `json-invalid` and `limit-exceeded`. @see FORMATS §0
 */
export function readJsonStrictly(text: string, maxDepth: number): JsonValue {
  return new JsonReader(text, maxDepth).readDocument()
}

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
    this.#peek()
    if (this.#at < this.#text.length) throw this.#refuse('text after the value')
    return value
  }

  #readValue(): JsonValue {
    switch (this.#peek()) {
      case QUOTE:
        return this.#readString()
      case OPEN_BRACE:
        return this.#readObject()
      case OPEN_BRACKET:
        return this.#readArray()
      default:
        return this.#readScalar()
    }
  }

  #readObject(): JsonValue {
    const object: Record<string, JsonValue> = {}
    this.#enter()
    if (this.#peek() === CLOSE_BRACE) this.#at++
    else
      do {
        if (this.#peek() !== QUOTE) throw this.#refuse('a key in quotes is expected')
        const key = this.#readString()
        if (Object.hasOwn(object, key)) throw this.#refuse(`the key ${JSON.stringify(key)} stands twice`)
        this.#expectColon()
        setOwn(object, key, this.#readValue())
      } while (this.#continues(CLOSE_BRACE))
    this.#depth--
    return object
  }

  #readArray(): JsonValue {
    const array: JsonValue[] = []
    this.#enter()
    if (this.#peek() === CLOSE_BRACKET) this.#at++
    else
      do {
        array.push(this.#readValue())
      } while (this.#continues(CLOSE_BRACKET))
    this.#depth--
    return array
  }

  /** Most of a document is inside strings: nothing here but the loop. */
  #readString(): string {
    const text = this.#text
    const start = this.#at
    let at = start + 1
    let escaped = false
    for (let unit = text.charCodeAt(at); unit !== QUOTE; unit = text.charCodeAt(at)) {
      if (!(unit >= SPACE)) throw this.#refuseString(at)
      if (unit === BACKSLASH) {
        escaped = true
        at++
      }
      at++
    }
    this.#at = at + 1
    return escaped ? this.#unescape(text.slice(start, at + 1)) : text.slice(start + 1, at)
  }

  #refuseString(at: number): MakotoError {
    this.#at = at
    return this.#refuse(at < this.#text.length ? 'a control character inside a string' : 'a string without its end')
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

  #enter(): void {
    if (++this.#depth > this.#maxDepth)
      throw new MakotoError('limit-exceeded', `JSON nested deeper than ${this.#maxDepth} levels`)
    this.#at++
  }

  /** Skips white space; NaN at the end. */
  #peek(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== SPACE && unit !== LINE_FEED && unit !== CARRIAGE_RETURN && unit !== TAB) return unit
      this.#at++
    }
  }

  #continues(end: typeof CLOSE_BRACKET | typeof CLOSE_BRACE): boolean {
    const next = this.#peek()
    if (next !== end && next !== COMMA) throw this.#refuse(`, or ${String.fromCharCode(end)} is expected`)
    this.#at++
    return next === COMMA
  }

  #expectColon(): void {
    if (this.#peek() !== COLON) throw this.#refuse(': is expected')
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
