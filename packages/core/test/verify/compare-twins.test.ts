import { generateKey, parsePublicKey } from '@makoto/core'
import { expect, it } from 'vitest'
import { compareTwins, type Twin } from '../../src/verify/compare-twins.ts'

const key = parsePublicKey((await generateKey()).publicKeyPem)
const signer = { kind: 'key', id: 'spki:sha256:one', key } as const
const stamped = (minute: number) => [
  { time: new Date(minute * 60_000), authority: 'TSA', authorityId: 'tsa', source: 'tsa' as const },
]

it.each<[string, Partial<Twin>, Partial<Twin>]>([
  ['signed before unsigned, though that is earlier', { signer, times: stamped(9) }, { times: stamped(1) }],
  ['what proves more before what is earlier', { level: 2, times: stamped(9) }, { times: stamped(1) }],
  ['what has a time before what has none', { times: stamped(9) }, {}],
  ['the earlier before one that was stamped again', { times: stamped(1) }, { times: stamped(9) }],
])('puts %s', (_, better, worse) => {
  const a: Twin = { level: 1, times: [], sha256: 'b'.repeat(64), ...better }
  const b: Twin = { level: 1, times: [], sha256: 'a'.repeat(64), ...worse }
  expect([a, b].toSorted(compareTwins)).toEqual([a, b])
  expect([b, a].toSorted(compareTwins)).toEqual([a, b])
})

it('does not leave it to the order of a listing which of two equal ones is taken', () => {
  const twin = (digit: string): Twin => ({ signer, level: 1, times: [], sha256: digit.repeat(64) })
  expect([twin('b'), twin('a')].toSorted(compareTwins)).toEqual([twin('a'), twin('b')])
})
