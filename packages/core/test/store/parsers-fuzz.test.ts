import { env } from 'node:process'
import { expect, it } from 'vitest'
import { parseManifestDelta } from '../../src/digest/index.ts'
import { encodeUtf8, isMakotoError, parseManifest } from '../../src/index.ts'
import { parseMemory } from '../../src/memory/memory-line.ts'
import { renderingAnalysisSchema, startTextScan } from '../../src/rendering/index.ts'
import { parseStoreIndex } from '../../src/store/store-index.ts'
import { createRandom, type Random } from '../fuzz/random.ts'

/** A quick slice, unless somebody asks for a long one. */
const ROUNDS = Number(env.MAKOTO_FUZZ_ROUNDS ?? 3_000)

const hex = '0123456789abcdef'.repeat(4)

const PARSERS: readonly [string, string, (bytes: Uint8Array) => unknown][] = [
  ['a manifest', `${hex}  a\n${hex}  b/c\n`, parseManifest],
  ['a manifest delta', `makoto-manifest-delta-v1\nbase ${hex}\n-${hex}  a\n+${hex}  b\n`, parseManifestDelta],
  ['an index', '{"path":"a/b","size":1}\n{"path":"a/c","size":22}\n', parseStoreIndex],
  [
    'a memory',
    `v1 2026-11-21T03:20:00.000Z ${hex} ${hex} dataset:a\nv1 - ${hex} ${hex} dataset:b\n`,
    (bytes) => parseMemory(new TextDecoder().decode(bytes), 'seen'),
  ],
  [
    'an analysis',
    '{"verdict":"pass","counts":{}}',
    (bytes) => renderingAnalysisSchema.safeParse(new TextDecoder().decode(bytes)),
  ],
  ['text', 'id,👨\u200d👩\u200d👧,\u202e,🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f},کتاب\u200cها', scan],
]

function scan(bytes: Uint8Array) {
  const scanning = startTextScan('a.csv')
  scanning.push(bytes)
  return scanning.end()
}

/** One to three bytes changed, put in, taken out or doubled. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = [...bytes]
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(mutated.length || 1)
    const change = random(4)
    if (change === 0) mutated[at] = random(256)
    else if (change === 1) mutated.splice(at, 0, random(256))
    else if (change === 2) mutated.splice(at, 1 + random(8))
    else mutated = [...mutated, ...mutated.slice(at)]
  }
  return Uint8Array.from(mutated)
}

it.each(PARSERS)('fails by name or not at all: %s', { timeout: 600_000 }, (_what, text, parse) => {
  const random = createRandom(20_261_121)
  const bytes = encodeUtf8(text)
  expect(() => parse(bytes)).not.toThrow()
  for (let round = 0; round < ROUNDS; round++) {
    const mutated = mutate(bytes, random)
    try {
      parse(mutated)
    } catch (error) {
      expect(isMakotoError(error), `${error} for ${Buffer.from(mutated).toString('base64')}`).toBe(true)
    }
  }
})
