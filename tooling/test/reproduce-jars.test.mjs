import { expect, test } from 'vitest'
import { explainDifference } from '../scripts/reproduce-jars.mjs'
import { readZipEntries } from '../scripts/zip-entries.mjs'
import { zip } from './zip.mjs'

const A = { name: 'dev/makoto/A.class', text: 'class A' }
const B = { name: 'dev/makoto/B.class', text: 'class B', stored: true }

test('reads names and contents, packed or not', () => {
  expect(readZipEntries(zip([A, B])).map(({ name, content }) => [name, content.toString()])).toEqual([
    [A.name, A.text],
    [B.name, B.text],
  ])
})

test('says nothing of two that are the same', () => {
  expect(explainDifference(zip([A, B]), zip([A, B]))).toBeUndefined()
})

test.each([
  ['another time', [A, { ...B, time: 0x5c210001 }], 'dev/makoto/B.class differs in its time'],
  ['another content', [{ ...A, text: 'class a' }, B], 'dev/makoto/A.class differs in its content, from byte 6'],
  ['another order', [B, A], 'entry 1 is dev/makoto/A.class, and dev/makoto/B.class when built again'],
  ['an entry less', [A], 'entry 2 is dev/makoto/B.class, and not there when built again'],
])('names the first entry with %s', (_, entries, words) => {
  expect(explainDifference(zip([A, B]), zip(entries))).toBe(words)
})
