import { parseBundle, requestTimestamp, sha256Hex } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, requirement, type Scene } from './scene.ts'

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

it('is not fooled by an old signature that was timestamped again today', async () => {
  scene.write('orders', { 'a.csv': 'a\n' })
  const { path, sha256 } = await scene.attest('orders')
  scene.advance(60 * 24)
  const bytes = await scene.store.get(path, { maxBytes: 1e6 })
  const bundle = JSON.parse(Buffer.from(bytes ?? []).toString())
  const { signature } = parseBundle(bytes ?? new Uint8Array())
  const token = Buffer.from(await requestTimestamp(scene.authority.url, signature)).toString('base64')
  bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps.unshift({ signedTimestamp: token })
  const again = Buffer.from(JSON.stringify(bundle))
  await scene.store.put(`attestations/${sha256}/${sha256Hex(again)}.sigstore.json`, again)
  expect((await scene.verify('orders', { maxAgeMs: HOUR })).failure?.code).toBe('not-fresh')
})
