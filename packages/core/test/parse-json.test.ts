import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../src/encoding.ts'
import { readJsonStrictly } from '../src/json-reader.ts'
import { parseJson } from '../src/parse-json.ts'
import { createRandom } from './fuzz/random.ts'

const outcomeOf = (read: () => unknown) => {
  try {
    return { value: read() }
  } catch (error) {
    return { code: (error as { code?: string }).code }
  }
}

const both = (text: string, maxDepth = 64) => [
  outcomeOf(() => parseJson(encodeUtf8(text), { maxDepth })),
  outcomeOf(() => readJsonStrictly(text, maxDepth)),
]

/** What only looks like a key, or hides one, to who counts instead of reading. */
const DECEPTIVE = [
  '{"a":1,"a":1}',
  '{"a":1,"\\u0061":2}',
  '{"a":{"b":1,"b":2},"c":":"}',
  '{"a:b":"c:d","e\\":":1}',
  '{"\\\\":1,"\\\\":2}',
  '{"a":"\\\\","a":"x"}',
  '["\\":",{"a" :1,"a"\t:2}]',
  '{"__proto__":1,"__proto__":2}',
  '{"__proto__":{"a":1},"a":2}',
  '{"1":1,"0":2,"1":3}',
  '{"a":1e999,"b":1}',
  '{"a":-1e999}',
  '"\\ud800"',
  '"\\\\ud800"',
  '"a:b',
  '"\\',
  '{"a":}',
  '{:}',
  ':',
  '[}',
  '{]',
  ']',
  '[[[',
  '',
  'null',
  '\ufeff{}',
]

describe('the fast way to read JSON', () => {
  it.each(DECEPTIVE)('answers as the strict one does: %j', (text) => {
    const [fast, strict] = both(text)
    expect(fast).toEqual(strict)
  })

  it('takes nothing that JSON.parse does not, and nothing else out of it, of 20,000 broken documents', () => {
    const random = createRandom(7)
    const letters = '{}[]:,"\\ \n0123456789eE+-.utrfalsn_aé'
    const document = '{"a":[1,-2.5e3,"x:y\\n",{"b":null,"c":true}],"d\\"":{"e":"","f":[[]]}}'
    const taken = { fast: 0, refused: 0 }
    for (let round = 0; round < 20_000; round++) {
      let text = document
      for (let change = 0; change <= random(3); change++) {
        const at = random(text.length)
        text = text.slice(0, at) + (random(2) === 0 ? letters[random(letters.length)] : '') + text.slice(at + random(3))
      }
      const [fast, strict] = both(text, 5)
      expect(fast, text).toEqual(strict)
      if (fast && 'value' in fast) {
        taken.fast++
        expect(fast.value).toEqual(JSON.parse(text))
      } else taken.refused++
    }
    expect(taken.fast).toBeGreaterThan(500)
    expect(taken.refused).toBeGreaterThan(5_000)
  })

  it('hands nothing deeper than the limit to a parser without one', () => {
    const deep = `${'['.repeat(65)}${']'.repeat(65)}`
    expect(both(deep)).toEqual([{ code: 'limit-exceeded' }, { code: 'limit-exceeded' }])
    expect(both(deep.slice(1, -1))[0]).toEqual({ value: JSON.parse(deep.slice(1, -1)) })
  })
})
