import { rmSync } from 'node:fs'
import { parseBundle, parsePublicKey, parseStatement } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Agent } from './agent.ts'
import { readObject } from './copy-bundle.ts'
import { codeOf, openRunScene, type RunScene } from './run-scene.ts'
import { type Attested, changed, newSigner, type Scene, type TransformChanges } from './scene.ts'

let scene: Scene
let agent: Agent
let raw: Attested
let verify: RunScene['verify']
beforeEach(async () => {
  ;({ scene, agent, raw, verify } = await openRunScene())
  await agent.start()
})
afterEach(() => scene.close())

/** A table of tenant A whose bytes lie with tenant B. */
async function openView(): Promise<Attested> {
  scene.write('tenant-b/secret', { 's.csv': 'secret\n' })
  return scene.attest('tenant-b/secret', { name: 'dataset:tenant_a.view' })
}

/** A run that reads `input` by its own name, and writes `out`. */
async function runOver(input: Attested, change?: TransformChanges['inputs']) {
  const out = await agent.output('tenant-a/out', [input], '0', change ? { inputs: change } : {})
  await agent.seal([out.bundle], { reads: [input], writes: [out] })
}

it('counts every name of what was read: a view of tenant A that lies with tenant B was read from there', async () => {
  const view = await openView()
  await runOver(view)
  const place = `dataset:file:${scene.path('tenant-b/secret')}`
  expect((await verify({ reads: ['tenant_a.*'] })).failure).toEqual({
    code: 'run-outside',
    message: `reads: the run read ${place}`,
  })
  expect(await verify({ reads: ['tenant_a.*', place] })).toMatchObject({ verdict: 'PROVEN' })
})

it('counts every name of what a stage outside SQL read', async () => {
  const view = await openView()
  const out = await agent.output('tenant-a/out', [raw], '0')
  const job = await agent.stages('job-7', [{ id: 5, reads: [view] }])
  await agent.seal([out.bundle, job.digest.sha256], { reads: [raw, view], writes: [out] })
  expect(codeOf(await verify({ reads: ['**/tenant-a/**', 'tenant_a.*'] }))).toBe('run-outside')
})

const unattested: TransformChanges['inputs'] = (inputs) => inputs.map(({ name, digest }) => ({ name, digest }))

it.each<[string, (view: Attested) => Promise<TransformChanges['inputs']>]>([
  ['is not named', async () => unattested],
  [
    'is of another one with the same bytes',
    async () => {
      const { path, bundle } = await scene.attest('tenant-b/secret', { name: 'dataset:tenant_b.secret' })
      return changed({ attestationRef: path, attestationDigest: { sha256: bundle } })
    },
  ],
  [
    'is gone',
    async ({ path }) => {
      rmSync(`${scene.root}/store/${path}`)
      return undefined
    },
  ],
])('does not know where a table lies whose attestation %s', async (_, change) => {
  const view = await openView()
  await runOver(view, await change(view))
  expect((await verify({ reads: ['tenant_a.*'] })).failure).toEqual({
    code: 'run-incomplete',
    message: 'reads: not known in full: no attestation that holds says where dataset:tenant_a.view lies',
  })
  expect(await verify({ writes: ['**'] })).toMatchObject({ verdict: 'PROVEN' })
})

it.each([
  ['gives no place', undefined],
  ['gives another name of a catalogue for its place', 'dataset:tenant_b.secret'],
])('does not know where a table lies whose attestation %s', async (_, uri) => {
  const { path } = await openView()
  const statement = parseStatement(parseBundle(await readObject(scene, path)).payload)
  const subject = statement.subject.map(({ uri: _, ...rest }) => (uri === undefined ? rest : { ...rest, uri }))
  await runOver(await scene.seal({ ...statement, subject }))
  expect((await verify({ reads: ['tenant_a.*', 'tenant_b.*'] })).failure).toEqual({
    code: 'run-incomplete',
    message: 'reads: not known in full: no attestation that holds says where dataset:tenant_a.view lies',
  })
})

it('knows where a path lies that nobody attested', async () => {
  await runOver(raw, unattested)
  expect(await verify({ reads: ['**/tenant-a/**'] })).toMatchObject({ verdict: 'PROVEN' })
  expect(codeOf(await verify({ reads: ['**/tenant-b/**'] }))).toBe('run-outside')
})

it('does not believe where a table lies from somebody whom you do not trust', async () => {
  const { signer, publicKeyPem } = await newSigner(scene.root, 'stranger.pem')
  const trusted = { ...scene.trust, keys: [...scene.trust.keys, parsePublicKey(publicKeyPem)] }
  scene.write('tenant-b/secret', { 's.csv': 'secret\n' })
  const options = { name: 'dataset:tenant_a.view', signer, trust: trusted }
  await runOver(await scene.attest('tenant-b/secret', options))
  expect(codeOf(await verify({ reads: ['tenant_a.*'] }))).toBe('run-incomplete')
  expect(codeOf(await verify({ reads: ['tenant_a.*'], trust: trusted }))).toBe('run-outside')
})
