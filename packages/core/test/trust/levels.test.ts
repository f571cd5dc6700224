import { REQUIREMENTS } from '@makoto/core'
import { expect, it } from 'vitest'
import { type CheckId, levelProven, type Status, statusOfRow, worstStatus } from '../../src/trust/levels.ts'

const answers = (status: Status, but: Partial<Record<CheckId, Status>> = {}) =>
  [...new Set(REQUIREMENTS.flatMap(({ check }) => check ?? []))].map((id) => ({ id, status: but[id] ?? status }))

it('has each requirement once, and an answer or a reason for each', () => {
  const ids = REQUIREMENTS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { check, otherwise } of REQUIREMENTS) expect([check, otherwise].filter(Boolean)).toHaveLength(1)
})

it('proves level 2 where every question is answered, and never level 3', () => {
  expect(levelProven(answers('pass'))).toBe(2)
})

it('proves nothing from questions that were not asked, skipped, or only declared', () => {
  expect(levelProven([])).toBe(0)
  expect(levelProven(answers('skipped'))).toBe(0)
  expect(levelProven(answers('declared'))).toBe(0)
})

for (const id of ['signature', 'key', 'identity', 'timestamp', 'times', 'completeness', 'references', 'input'] as const)
  it(`does not prove level 2 without ${id}`, () => {
    for (const status of ['fail', 'skipped', 'declared'] as const)
      expect(levelProven(answers('pass', { [id]: status }))).toBe(1)
  })

for (const id of ['attestation', 'statement', 'name', 'kind', 'data', 'files', 'newest'] as const)
  it(`proves nothing without ${id}`, () => {
    for (const status of ['fail', 'skipped', 'declared'] as const)
      expect(levelProven(answers('pass', { [id]: status }))).toBe(0)
  })

it('takes the worst of several answers', () => {
  expect(worstStatus(['pass', 'declared', 'fail', 'skipped'])).toBe('fail')
  expect(worstStatus(['pass', 'declared', 'skipped'])).toBe('skipped')
  expect(worstStatus(['pass', 'not-applicable'])).toBe('pass')
})

it('does not ask an origin for the attestations of inputs', () => {
  const [row] = REQUIREMENTS.filter(({ id }) => id === 'L2.P.9')
  expect(row && statusOfRow(row, [])).toBe('not-applicable')
})
