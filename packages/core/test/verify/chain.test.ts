import { rmSync } from 'node:fs'
import { buildOrigin, compressGzip, datasetName, digestDataset, digestManifest, renderManifest } from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Attested, answer, changed, newSigner, openScene, requirement, type Scene } from './scene.ts'

let scene: Scene
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'alpha\n', 'b.csv': 'beta\n' })
  scene.write('out', { 'x.parquet': 'x' })
  raw = await scene.attest('raw')
})
afterEach(() => scene.close())

it('refuses an input that somebody else attested', async () => {
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  scene.write('found', { 'c.csv': 'gamma\n' })
  const found = await scene.attest('found', { signer })
  await scene.transform('out', [found])
  expect((await scene.verify('out')).failure?.code).toBe('input-refused')
})

it('refuses an input whose timestamp does not hold', async () => {
  const authority = await startTimestampAuthority({ time: scene.now })
  scene.write('found', { 'c.csv': 'gamma\n' })
  const found = await scene.attest('found', { timestampUrl: authority.url, trust: undefined })
  await authority.close()
  await scene.transform('out', [found])
  expect((await scene.verify('out')).failure?.code).toBe('input-refused')
})

it('follows nothing that a refused attestation says', async () => {
  scene.write('mid', { 'm.parquet': 'm' })
  scene.advance(60)
  const mid = await scene.transform('mid', [raw])
  scene.advance(-60)
  await scene.transform('out', [mid])
  const { failure, chain } = await scene.verify('out')
  expect([failure?.code, chain.length]).toEqual(['input-refused', 1])
})

it('refuses an input that is an attestation of two datasets at once', async () => {
  scene.write('mid', { 'm.parquet': 'm' })
  const both = await scene.transform('mid', [raw], {
    edit: (statement) => ({ ...statement, subject: [...statement.subject, ...statement.subject] }),
  })
  await scene.transform('out', [both])
  expect((await scene.verify('out')).failure?.code).toBe('input-refused')
})

it('refuses an input that is an attestation of something else than a dataset', async () => {
  const approval = await scene.seal({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: raw.name, digest: { sha256: raw.sha256 } }],
    predicateType: 'https://example.org/approval/v1',
    predicate: {},
  })
  await scene.transform('out', [approval])
  expect((await scene.verify('out')).failure?.code).toBe('input-refused')
})

it('refuses an input that was attested after what was made of it', async () => {
  scene.advance(60)
  const late = await scene.attest('raw', { source: 'elsewhere' })
  scene.advance(-60)
  await scene.transform('out', [late])
  scene.advance(120)
  expect((await scene.verify('out')).failure?.code).toBe('input-later-than-output')
})

it('believes a list of files in the store only if it gives the digest of the version', async () => {
  scene.write('mid', { 'm.parquet': 'm', 'n.parquet': 'n' })
  const { files, sha256 } = await digestDataset(scene.path('mid'))
  const object = `manifests/${sha256}.sha256sums.gz`
  const manifest = { ref: object, digest: { sha256 }, entries: 2 }
  const mid = await scene.transform('mid', [raw], {
    edit: ({ predicate: { files: _, ...predicate }, ...statement }) => ({
      ...statement,
      predicate: { ...predicate, manifest },
    }),
  })
  const planted = [{ path: 'planted', sha256: raw.sha256 }]
  const readOf = (subset: { path: string; sha256: string }[]) =>
    scene.transform('out', [mid], { inputs: changed({ observed: { subset: subsetOf(subset) } }) })
  await scene.store.put(object, compressGzip(renderManifest(planted)))
  const misled = await readOf(planted)
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  for (const path of [object, misled.path]) rmSync(`${scene.root}/store/${path}`)
  await scene.store.put(object, compressGzip(renderManifest(files)))
  await readOf(files.slice(0, 1))
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it('refuses a part of an input that is one file, whose bytes may be a list of files', async () => {
  const listed = [{ path: 'planted', sha256: raw.sha256 }]
  scene.write('list.txt', new TextDecoder().decode(renderManifest(listed)))
  const { files } = subsetOf(listed)
  const list = await scene.transform('list.txt', [raw], {
    edit: (statement) => ({ ...statement, predicate: { ...statement.predicate, files } }),
  })
  await scene.transform('out', [list], { inputs: changed({ observed: { subset: subsetOf(listed) } }) })
  expect((await scene.verify('out')).failure?.code).toBe('input-not-contained')
})

it('proves level 1 only where an input names no attestation', async () => {
  await scene.transform('out', [raw], { inputs: (inputs) => inputs.map(({ name, digest }) => ({ name, digest })) })
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
  expect(requirement(report, 'L2.P.9')).toBe('fail')
  expect((await scene.verify('out', { level: 1 })).verdict).toBe('PROVEN')
})

it('proves level 1 only where the attestation of an input is not in the store', async () => {
  await scene.transform('out', [raw])
  rmSync(`${scene.root}/store/${raw.path}`)
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
  expect([requirement(report, 'L2.V.8'), requirement(report, 'L2.V.9')]).toEqual(['skipped', 'skipped'])
})

it('proves no more than the weakest attestation of the chain', async () => {
  scene.write('weak', { 'c.csv': 'gamma\n' })
  const weak = await scene.seal(
    { _type: 'https://in-toto.io/Statement/v1', ...(await statementOf('weak')) },
    { signer: null },
  )
  scene.write('mid', { 'm.parquet': 'm' })
  const mid = await scene.transform('mid', [weak])
  await scene.transform('out', [mid], { inputs: changed({ makotoLevel: 'L2' }) })
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  expect(report.chain.map(({ level }) => level)).toEqual([1, 1, 1])
  expect(answer(report, 'claimed-level')).toBe('declared')
})

it('counts partial inputs that claim level 2 as level 1, unless the reason is accepted', async () => {
  const completeness = { inputs: 'partial', outputs: 'full', reasons: ['input-over-budget'] } as const
  await scene.transform('out', [raw], { completeness: { ...completeness, reasons: [...completeness.reasons] } })
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  expect(await scene.verify('out', { acceptReasons: ['input-over-budget'] })).toMatchObject({
    verdict: 'PROVEN',
    level: 2,
  })
  expect(await scene.verify('out', { acceptReasons: ['deadline'] })).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
})

it('does not believe full inputs beside one that was not resolved', async () => {
  const unresolvedInputs = [{ name: 'jdbc:postgresql://db/x', reason: 'input-without-digest' }]
  await scene.transform('out', [raw], { predicate: { unresolvedInputs } })
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
})

it('takes nothing away for rows that a plan made by itself', async () => {
  await scene.transform('out', [raw], { predicate: { unresolvedInputs: [{ name: 'range', reason: 'generated' }] } })
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it.each(['dataset:file:/lake/secret', 's3://lake/secret', 'jdbc:postgresql://db/x'])(
  'does not believe that %s is made by a plan from nothing',
  async (name) => {
    await scene.transform('out', [raw], { predicate: { unresolvedInputs: [{ name, reason: 'generated' }] } })
    expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  },
)

it('is never complete by default', async () => {
  await scene.transform('out', [raw], {
    edit: ({ predicate: { completeness: _, ...predicate }, ...statement }) => ({ ...statement, predicate }),
  })
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  expect(report.chain[0]?.completeness).toEqual({ inputs: 'partial', outputs: 'partial', reasons: [] })
})

it('refuses a version that is said to be made from itself', async () => {
  const once = { run: 'run-1', execution: '7' }
  scene.write('mid', { 'm.parquet': 'm' })
  const first = await scene.transform('out', [raw], once)
  const mid = await scene.transform('mid', [first])
  const again = await scene.transform('out', [mid], once)
  scene.write('end', { 'e.parquet': 'e' })
  await scene.transform('end', [again])
  expect(again.bundle).not.toBe(first.bundle)
  expect((await scene.verify('end')).failure?.code).toBe('cycle')
})

it('refuses a store that answers otherwise where what had to wait is read again', async () => {
  scene.write('mid', { 'm.parquet': 'm' })
  const mid = await scene.transform('mid', [raw])
  await scene.transform('out', [mid])
  rmSync(`${scene.root}/store/${raw.path}`)
  const limits = { maxWaitingBytes: 0 }
  expect(await scene.verify('out', { limits })).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  const read = new Set<string>()
  const get: Scene['store']['get'] = async (path, limit) => {
    const again = read.has(path)
    read.add(path)
    return again && path === mid.path ? Uint8Array.of(1) : scene.store.get(path, limit)
  }
  const report = await scene.verify('out', { limits, store: { ...scene.store, get } })
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 0, failure: { code: 'bundle-misplaced' } })
})

it('gives up on a chain that is larger than the caller reads', async () => {
  await scene.transform('out', [raw])
  expect((await scene.verify('out', { limits: { maxNodes: 1 } })).failure?.code).toBe('chain-too-large')
  expect((await scene.verify('out', { limits: { maxBytes: 100 } })).failure?.code).toBe('chain-too-large')
  expect((await scene.verify('out', { limits: { maxNodes: 2 } })).verdict).toBe('PROVEN')
})

it('counts origins that were only observed, and refuses them where asked', async () => {
  scene.write('found', { 'c.csv': 'gamma\n' })
  const found = await scene.seal({
    _type: 'https://in-toto.io/Statement/v1',
    ...(await statementOf('found', 'observed-at-read')),
  })
  await scene.transform('out', [raw, found])
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2, observedOrigins: 1 })
  expect(answer(report, 'origins')).toBe('declared')
  const strict = await scene.verify('out', { origins: 'attested' })
  expect(strict).toMatchObject({ verdict: 'NOT PROVEN', level: 2, failure: { code: 'origins-not-attested' } })
})

it('does not take origins for attested of which nobody knows', async () => {
  const asked = { level: 1 as const, origins: 'attested' as const }
  await scene.transform('out', [raw])
  expect(await scene.verify('out', asked)).toMatchObject({ verdict: 'PROVEN' })
  scene.write('out', { 'partial.parquet': 'b' })
  await scene.transform('out', [raw], { completeness: { inputs: 'partial', outputs: 'full', reasons: ['deadline'] } })
  expect((await scene.verify('out', asked)).failure?.code).toBe('origins-not-attested')
  expect(await scene.verify('out', { ...asked, acceptReasons: ['deadline'] })).toMatchObject({ verdict: 'PROVEN' })
  scene.write('out', { 'unnamed.parquet': 'b' })
  await scene.transform('out', [raw], { inputs: (inputs) => inputs.map(({ attestationRef: _, ...input }) => input) })
  expect((await scene.verify('out', { level: 1 })).verdict).toBe('PROVEN')
  expect((await scene.verify('out', asked)).failure?.code).toBe('origins-not-attested')
})

function subsetOf(files: { path: string; sha256: string }[]) {
  return {
    sha256: digestManifest(files).sha256,
    files: files.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } })),
  }
}

async function statementOf(dataset: string, collectionMethod = 'attested-by-hand') {
  const { subject, predicateType, predicate } = buildOrigin({
    dataset: { name: datasetName(scene.path(dataset)), ...(await digestDataset(scene.path(dataset))) },
    previous: null,
    predicate: {
      origin: { source: 'landing', collectionTimestamp: scene.now().toISOString(), collectionMethod },
      collector: { id: `${scene.signer.id}#observer` },
    },
  })
  return { subject, predicateType, predicate }
}
