import { afterEach, beforeEach, expect, it } from 'vitest'
import { openAgent } from './agent.ts'
import { openScene, type Scene } from './scene.ts'
import { writePolicy } from './write-policy.ts'

const MINUTE = 60_000

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

/** The verdict under a policy that asks for a complete run, of a run whose agent's clock is `ahead` of the authority's. */
async function verifyAhead(ahead: number, skewMs: number | undefined): Promise<string> {
  const agent = openAgent(scene)
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
  const time = new Date(scene.now().getTime() + ahead).toISOString()
  await agent.start({ time })
  const out = await agent.output('orders', [raw], '0')
  await agent.seal([out.bundle], { reads: [raw], writes: [out], record: { time } })
  const policy = await writePolicy(scene, [
    { level: 2 },
    { datasets: [`file:${scene.path('orders')}`], run: { completeness: 'full' } },
  ])
  const { verdict } = await scene.verify('orders', { policy, trust: policy.trust, skewMs })
  return verdict
}

it.each([
  ['ten minutes apart, thirty allowed', 10 * MINUTE, 30 * MINUTE, 'PROVEN'],
  ['ten minutes apart, five by default', 10 * MINUTE, undefined, 'NOT PROVEN'],
  ['two minutes apart, five by default', 2 * MINUTE, undefined, 'PROVEN'],
  ['two minutes apart, one allowed', 2 * MINUTE, MINUTE, 'NOT PROVEN'],
])('a run that a policy asks for, by clocks %s', async (_, ahead, skewMs, verdict) => {
  expect(await verifyAhead(ahead, skewMs)).toBe(verdict)
})
