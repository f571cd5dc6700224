import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, requirement, type Scene } from './scene.ts'
import { stampAgain } from './stamp-again.ts'
import { writePolicy } from './write-policy.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const HOUR = 3_600_000

it('is not asked where the caller names no age', async () => {
  scene.write('orders', { 'a.csv': 'a\n' })
  await scene.attest('orders')
  scene.advance(60 * 24 * 365)
  const report = await scene.verify('orders')
  expect(report.verdict).toBe('PROVEN')
  expect(requirement(report, 'L2.V.7')).toBe('skipped')
})

it('passes what is young enough, to the minute, and refuses what is older', async () => {
  scene.write('orders', { 'a.csv': 'a\n' })
  await scene.attest('orders')
  scene.advance(59)
  const fresh = await scene.verify('orders', { maxAgeMs: HOUR })
  expect(requirement(fresh, 'L2.V.7')).toBe('pass')
  scene.advance(1)
  const old = await scene.verify('orders', { maxAgeMs: HOUR })
  expect(old).toMatchObject({ verdict: 'NOT PROVEN', level: 2, failure: { code: 'not-fresh' } })
})

it('refuses what has no verified time', async () => {
  scene.write('orders', { 'a.csv': 'a\n' })
  await scene.attest('orders', { timestampUrl: undefined })
  expect((await scene.verify('orders', { level: 1, maxAgeMs: HOUR })).failure?.code).toBe('not-fresh')
  expect((await scene.verify('orders', { level: 1 })).verdict).toBe('PROVEN')
})

it.each([
  ['was timestamped again today', true],
  ['lost its timestamp and got one of today', false],
])('is not fooled by an old signature that %s', async (_what, keep) => {
  scene.write('orders', { 'a.csv': 'a\n' })
  const attested = await scene.attest('orders')
  scene.advance(60 * 24)
  await stampAgain(scene, attested, { keep })
  expect((await scene.verify('orders', { maxAgeMs: HOUR })).failure?.code).toBe('not-fresh')
  const policy = await writePolicy(scene, [{ level: 2, maxAge: '1h' }])
  const report = await scene.verify('orders', { policy, trust: policy.trust })
  expect(report.failure).toMatchObject({ code: 'policy-not-met' })
  expect(report.failure?.message).toMatch(/maxAge/)
})

it('is of no known age where the statement gives no time', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('orders', { 'a.csv': 'a\n' })
  await scene.transform('orders', [await scene.attest('raw')], { predicate: { metadata: {} } })
  const report = await scene.verify('orders', { level: 1, maxAgeMs: HOUR })
  expect(report.failure).toMatchObject({
    code: 'not-fresh',
    message: 'freshness: no stated time; at most 1h is asked for',
  })
  expect((await scene.verify('orders', { level: 1 })).verdict).toBe('PROVEN')
})

it('counts from the verified time where the statement gives a later one', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('orders', { 'a.csv': 'a\n' })
  const finishedOn = '2036-01-01T00:00:00.000Z'
  await scene.transform('orders', [await scene.attest('raw')], { predicate: { metadata: { finishedOn } } })
  scene.advance(59)
  expect((await scene.verify('orders', { level: 1, maxAgeMs: HOUR })).verdict).toBe('PROVEN')
  scene.advance(1)
  expect((await scene.verify('orders', { level: 1, maxAgeMs: HOUR })).failure?.code).toBe('not-fresh')
})

it('lets no old attestation with a timestamp of today take the place of a new one', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('orders', { 'a.csv': 'a\n' })
  const raw = await scene.attest('raw')
  const old = await scene.transform('orders', [raw])
  scene.advance(60 * 24 * 6)
  await scene.transform('orders', [raw])
  scene.advance(10)
  await stampAgain(scene, old, { keep: false })
  expect((await scene.verify('orders', { maxAgeMs: HOUR })).failure?.message).toBeUndefined()
})

it('is no newer version for a timestamp of today', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'a.csv': 'one\n' })
  const old = await scene.transform('orders', [raw])
  scene.write('orders', { 'a.csv': 'two\n' })
  await scene.transform('orders', [raw])
  scene.write('orders', { 'a.csv': 'one\n' })
  scene.advance(60)
  await stampAgain(scene, old, { keep: false })
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
})
