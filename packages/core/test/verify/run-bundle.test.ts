import { verifyBundle } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

it('verifies a run by itself', async () => {
  const run = { kind: 'start', runId: 'app~1~00', sequence: 0, time: scene.now().toISOString(), applicationId: 'app' }
  const sealed = await scene.seal({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'run:app~1~00', digest: { sha256: '0'.repeat(64) }, annotations: { kind: 'run' } }],
    predicateType: 'https://makoto.dev/run/v1',
    predicate: { run, executor: { id: `${scene.signer.id}#agent` } },
  })
  const report = verifyBundle((await scene.store.get(sealed.path, { maxBytes: 1e6 })) ?? new Uint8Array(), {
    ...scene.trust,
    at: scene.now(),
  })
  expect(report.accepted).toBe(true)
  const asked = report.checks.filter(({ id }) => id === 'identity' || id === 'times')
  expect(asked.map(({ status }) => status)).toEqual(['pass', 'pass'])
})
