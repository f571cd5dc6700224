import { PREDICATE, verifyBundle } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

it('verifies a run by itself', async () => {
  const run = { kind: 'start', runId: 'app~1~00', sequence: 0, time: scene.now().toISOString(), applicationId: 'app' }
  const asked = await ask('https://makoto.dev/run/v1', { run, executor: { id: `${scene.signer.id}#agent` } })
  expect(asked).toEqual({ accepted: true, identity: 'pass', times: 'pass' })
})

const bill = (id: string, created: string) => ({
  dbomVersion: '1.0.0',
  dbomId: 'urn:makoto:run:app~1~00',
  dataset: { name: 'run:app~1~00' },
  sources: [],
  transformations: [],
  metadata: { generator: { id }, created },
})

it('verifies the bill of materials of a run by itself', async () => {
  const asked = await ask(PREDICATE.dbom, bill(`${scene.signer.id}#agent`, scene.now().toISOString()))
  expect(asked).toEqual({ accepted: true, identity: 'pass', times: 'pass' })
})

it('does not believe a bill of materials that names another maker and no time', async () => {
  const asked = await ask(PREDICATE.dbom, bill('spki:sha256:other#agent', 'yesterday'))
  expect(asked).toEqual({ accepted: true, identity: 'fail', times: 'fail' })
})

async function ask(predicateType: string, predicate: object) {
  const sealed = await scene.seal({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'run:app~1~00', digest: { sha256: '0'.repeat(64) }, annotations: { kind: 'run' } }],
    predicateType,
    predicate,
  })
  const bytes = (await scene.store.get(sealed.path, { maxBytes: 1e6 })) ?? new Uint8Array()
  const { accepted, checks } = verifyBundle(bytes, { ...scene.trust, at: scene.now() })
  const statusOf = (asked: string) => checks.find(({ id }) => id === asked)?.status
  return { accepted, identity: statusOf('identity'), times: statusOf('times') }
}
