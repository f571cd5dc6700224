import { rmSync } from 'node:fs'
import type { Store } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { attestationPath } from '../../src/store/layout.ts'
import { readRunBundles } from '../../src/verify/read-run-bundles.ts'
import { readRunRecords } from '../../src/verify/read-run-records.ts'
import { type Agent, type RecordChanges, RUN, type SealWords } from './agent.ts'
import { copyWithoutTimestamp } from './copy-bundle.ts'
import { codeOf, openRunScene, type RunScene } from './run-scene.ts'
import type { Attested, Scene } from './scene.ts'

let scene: Scene
let agent: Agent
let raw: Attested
let verify: RunScene['verify']
beforeEach(async () => {
  ;({ scene, agent, raw, verify } = await openRunScene())
  await agent.start()
})
afterEach(() => scene.close())

/** A run that reads `raw` and writes `out`. */
async function runOnce(changes: RecordChanges & SealWords = {}) {
  const out = await agent.output('tenant-a/out', [raw], '0')
  const seal = await agent.seal([out.bundle], { reads: [raw], writes: [out], ...changes })
  return { out, seal }
}

it('is not disturbed by a copy of its seal without the timestamp', async () => {
  const { seal } = await runOnce()
  const copy = await copyWithoutTimestamp(scene, `runs/${RUN}/000001_${seal}`, seal)
  await scene.store.put(`runs/${RUN}/000001_${copy.bundle}`, copy.bytes)
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', level: 2, records: [{}, { bundle: seal }] })
})

it('is not disturbed by other bytes under the digest of what it wrote', async () => {
  const { out } = await runOnce()
  for (const subject of [raw.sha256, out.sha256])
    await scene.store.put(attestationPath(subject, out.bundle, 'intoto'), new Uint8Array(1))
  await scene.store.put(attestationPath(raw.sha256, out.bundle, 'sigstore'), new Uint8Array(1))
  expect(await verify({ complete: true })).toMatchObject({ verdict: 'PROVEN', bundles: { verified: 1, missing: 0 } })
})

it('finds what it wrote beside other bytes under its digest, where the seal had no room to list it', async () => {
  const gaps = [{ reason: 'list-shortened', count: 1 }]
  const { out } = await runOnce({ writes: [], record: { gaps } })
  await scene.store.put(attestationPath(raw.sha256, out.bundle, 'sigstore'), new Uint8Array(1))
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', bundles: { verified: 1, missing: 0 } })
})

it('says that a bundle is altered where it lies nowhere else', async () => {
  const { out } = await runOnce()
  rmSync(`${scene.root}/store/${out.path}`)
  await scene.store.put(out.path, new Uint8Array(1))
  expect(codeOf(await verify())).toBe('bundle-misplaced')
})

it('reads a run of more bundles than one call takes arguments', async () => {
  const digests = Array.from({ length: 150_000 }, (_, i) => i.toString(16).padStart(64, '0'))
  const { records } = await readRunRecords(scene.store, RUN, { ...scene.trust, at: scene.now() })
  const [start] = records
  if (start === undefined) throw new Error('the run has no start')
  const subject = 'f'.repeat(64)
  const store: Store = {
    ...scene.store,
    async *list(prefix) {
      if (prefix === 'attestations/')
        for (const bundle of digests) yield { path: attestationPath(subject, bundle, 'sigstore'), size: 1 }
    },
    get: async () => undefined,
  }
  const { missing } = await readRunBundles(digests, {
    store,
    runId: RUN,
    start,
    trust: scene.trust,
    stages: [],
    subjects: [],
  })
  expect(missing).toHaveLength(digests.length)
}, 30_000)
