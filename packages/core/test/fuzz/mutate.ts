import { concatBytes, decodeBase64, encodeBase64, encodeUtf8, isMakotoError } from '@makoto/core'
import { pick, type Random } from './random.ts'

/** How an input is broken, by what it is made of. */
export type Mutation = 'bytes' | 'text' | 'json'

/** One input broken in one to three places; the bytes that were given stay as they are. */
export function mutate(input: Uint8Array, mutation: Mutation, random: Random): Uint8Array {
  let broken = input
  for (let times = 1 + (random(4) === 0 ? random(3) : 0); times > 0; times--)
    broken = breakOnce(broken, mutation, random)
  return broken
}

function breakOnce(input: Uint8Array, mutation: Mutation, random: Random): Uint8Array {
  if (mutation === 'json' && random(4) > 0) return mutateJson(input, random) ?? mutateBytes(input, random)
  if (mutation !== 'bytes' && random(2) > 0) return insertSplinter(input, random)
  return mutateBytes(input, random)
}

const EDGES = [0x00, 0x01, 0x0a, 0x7f, 0x80, 0x81, 0xa0, 0xfe, 0xff] as const

function mutateBytes(input: Uint8Array, random: Random): Uint8Array {
  const [at, length] = [random(input.length + 1), 1 + random(8)]
  const [before, after] = [input.subarray(0, at), input.subarray(at)]
  const copy = input.slice()
  switch (random(6)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << random(8))
      return copy
    case 1:
      copy[at] = pick(EDGES, random)
      return copy
    case 2:
      return concatBytes(before, after.subarray(length))
    case 3:
      return concatBytes(before, input.subarray(random(input.length + 1)).subarray(0, length * 8), after)
    case 4:
      return before
    default:
      return concatBytes(before, Uint8Array.of(pick(EDGES, random), random(256)), after)
  }
}

const SPLINTERS = [
  '\n',
  '\r\n',
  ' ',
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '/',
  '..',
  '=',
  '-',
  '*',
  '**',
  '%00',
  '\u0000',
  '\u202e',
  '\ufeff',
  '\u2028',
  '&a',
  '*a',
  '!!js/function',
  '-1',
  '1e999',
  '9'.repeat(30),
  '__proto__',
  'constructor',
  'null',
  '"a":1,"a":2',
  '-----BEGIN CERTIFICATE-----',
  '-----END PUBLIC KEY-----',
  '['.repeat(200),
  'a'.repeat(5000),
] as const

function insertSplinter(input: Uint8Array, random: Random): Uint8Array {
  const at = random(input.length + 1)
  const rest = input.subarray(at + (random(2) === 0 ? 0 : random(8)))
  return concatBytes(input.subarray(0, at), encodeUtf8(pick(SPLINTERS, random)), rest)
}

const VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '0',
  '-1',
  '9'.repeat(40),
  '__proto__',
  '../x',
  'a'.repeat(3000),
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { __proto__: null, constructor: { prototype: 1 } },
]

interface Place {
  readonly holder: object
  readonly key: string
}

/** Changes the value of one field, takes it out, doubles or moves it; undefined where this is no JSON with a field. */
function mutateJson(input: Uint8Array, random: Random): Uint8Array | undefined {
  const document = readJson(input)
  const places = listPlaces(document)
  const place = places[random(places.length || 1)]
  const other = places[random(places.length || 1)]
  if (place === undefined || other === undefined) return undefined
  changePlace(place, other, random)
  try {
    return encodeUtf8(JSON.stringify(document))
  } catch {
    return undefined
  }
}

function changePlace({ holder, key }: Place, other: Place, random: Random): void {
  const value: unknown = Reflect.get(holder, key)
  switch (random(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else Reflect.deleteProperty(holder, key)
      return
    case 1:
      if (Array.isArray(holder)) holder.push(structuredClone(value))
      else Reflect.set(holder, `${key}2`, value)
      return
    case 2:
      Reflect.set(holder, key, structuredClone(Reflect.get(other.holder, other.key)))
      return
    case 3:
      Reflect.set(holder, key, pick(VALUES, random))
      return
    default:
      Reflect.set(holder, key, typeof value === 'string' ? mutateString(value, random) : pick(VALUES, random))
  }
}

/** Strings that are base64 are broken inside, so that what they hold is reached. */
function mutateString(text: string, random: Random): string {
  const inside = text.length > 8 && random(4) > 0 ? readBase64(text) : undefined
  if (inside !== undefined) return encodeBase64(mutateBytes(inside, random))
  return new TextDecoder().decode(insertSplinter(encodeUtf8(text), random))
}

function readBase64(text: string): Uint8Array | undefined {
  try {
    return decodeBase64(text)
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}

function readJson(input: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(input))
  } catch {
    return undefined
  }
}

function listPlaces(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, below]) => [{ holder: value, key }, ...listPlaces(below)])
}
