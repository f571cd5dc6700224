import { rmSync } from 'node:fs'
import {
  buildOrigin,
  datasetName,
  digestDataset,
  digestManifest,
  type OriginPredicate,
  type Policy,
  PREDICATE,
  type Statement,
} from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attestationPath } from '../../src/store/layout.ts'
import { type Attested, newSigner, openScene, type Scene } from './scene.ts'
import { writePolicy } from './write-policy.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const DAY = 60 * 24
const verify = async (dataset: string, policy: Policy) => scene.verify(dataset, { policy, trust: policy.trust })

/** A version that keeps the files of the one before it, as an append does. */
async function append(
  files: Record<string, string>,
  inputs: readonly Attested[],
  before?: Attested,
): Promise<Attested> {
  scene.write('silver', files)
  const found = await digestDataset(scene.path('silver'))
  const own = found.files.filter(({ path }) => path in files)
  const others = found.files.length - own.length
  return scene.transform('silver', inputs, {
    previous: before ? { sha256: before.sha256, attestationDigest: { sha256: before.bundle } } : null,
    predicate: {
      transform: { type: 'https://makoto.dev/transforms/spark-batch', parameters: { mode: 'append' } },
      written: { sha256: digestManifest(own).sha256, files: own.length },
      ...(others > 0 ? { others: { files: others, digestSource: 'attested' as const } } : {}),
    },
  })
}

async function stateOrigin(dataset: string, predicate: Partial<OriginPredicate>, method = 'observed-at-read') {
  scene.advance(1)
  const time = scene.now().toISOString()
  const statement = buildOrigin({
    dataset: { name: datasetName(scene.path(dataset)), ...(await digestDataset(scene.path(dataset))) },
    previous: null,
    predicate: {
      origin: { source: scene.path(dataset), collectionTimestamp: time, collectionMethod: method },
      collector: { id: `${scene.signer.id}#agent` },
    },
  })
  return scene.seal({ ...statement, predicate: { ...statement.predicate, ...predicate } })
}

describe('reviewers', () => {
  const summaryOf = (
    { name, sha256 }: Attested,
    verifier: string,
    { kind, resourceUri = name }: { kind?: string; resourceUri?: string } = {},
  ): Statement<object> => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256 }, ...(kind === undefined ? {} : { annotations: { kind } }) }],
    predicateType: PREDICATE.summary,
    predicate: {
      verifier: { id: verifier },
      timeVerified: scene.now().toISOString(),
      resourceUri,
      policy: { uri: 'policy.yaml' },
      verificationResult: 'PASSED',
      verifiedLevels: ['MAKOTO_L2'],
    },
  })

  async function openReview() {
    const { signer, publicKeyPem } = await newSigner(scene.root, 'alice.pem')
    const policy = await writePolicy(scene, [{ level: 2, reviewers: { count: 1, from: ['alice'] } }], {
      alice: publicKeyPem,
    })
    return { signer, policy }
  }

  it.each(['summary', 'attestation'])(
    'count for the version that they reviewed, wherever its %s lies',
    async (form) => {
      const { signer, policy } = await openReview()
      scene.write('orders', { 'a.parquet': 'one' })
      const one = await scene.attest('orders')
      const review =
        form === 'summary'
          ? await scene.seal(summaryOf(one, signer.id), { signer, pointer: false })
          : await scene.attest('orders', { signer, trust: undefined })
      expect((await verify('orders', policy)).failure?.message).toBeUndefined()
      scene.write('orders', { 'a.parquet': 'seen by nobody' })
      const two = await scene.attest('orders')
      const bytes = await scene.store.get(review.path, { maxBytes: 1e6 })
      await scene.store.put(attestationPath(two.sha256, review.bundle, 'sigstore'), bytes ?? new Uint8Array())
      expect((await verify('orders', policy)).failure?.message).toMatch(/reviewers: 0 of 1/)
    },
  )

  it.each([
    ['of another kind', { kind: 'file' }, /0 of 1/],
    ['that was asked about something else', { resourceUri: 'dataset:other' }, /0 of 1/],
    ['of the same kind', { kind: 'files' }, undefined],
  ])('are heard as the summary says, one %s', async (_what, options, refusal) => {
    const { signer, policy } = await openReview()
    scene.write('orders', { 'a.parquet': 'one' })
    await scene.seal(summaryOf(await scene.attest('orders'), signer.id, options), { signer, pointer: false })
    const { failure } = await verify('orders', policy)
    if (refusal) expect(failure?.message).toMatch(refusal)
    else expect(failure).toBeUndefined()
  })
})

describe('attested origins', () => {
  it('are asked of what an earlier version was made from', async () => {
    scene.write('found', { 'a.csv': 'found\n' })
    scene.write('raw', { 'a.csv': 'raw\n' })
    const raw = await scene.attest('raw')
    const first = await append({ 'a.parquet': 'a' }, [await stateOrigin('found', {})])
    const second = await append({ 'b.parquet': 'b' }, [raw], first)
    scene.write('gold', { 'g.parquet': 'g' })
    await scene.transform('gold', [second])
    const gold = datasetName(scene.path('gold'))
    const policy = await writePolicy(scene, [{ level: 2 }, { datasets: [gold], origins: 'attested' }])
    const report = await verify('gold', policy)
    expect(report).toMatchObject({ observedOrigins: 1, failure: { code: 'policy-not-met' } })
    expect(report.failure?.message).toMatch(/origins: dataset:file:.*found was only observed/)
  })

  it('are not known where an earlier version cannot be followed', async () => {
    scene.write('raw', { 'a.csv': 'raw\n' })
    const raw = await scene.attest('raw')
    const first = await append({ 'a.parquet': 'a' }, [raw])
    await append({ 'b.parquet': 'b' }, [raw], first)
    const policy = await writePolicy(scene, [{ level: 1, origins: 'attested' }])
    expect((await verify('silver', policy)).failure?.message).toBeUndefined()
    expect(await scene.verify('silver', { level: 1, origins: 'attested' })).toMatchObject({ verdict: 'PROVEN' })
    rmSync(`${scene.root}/store/${first.path}`)
    expect((await verify('silver', policy)).failure?.message).toMatch(/nobody knows what .*not in this store/)
    const report = await scene.verify('silver', { level: 1, origins: 'attested' })
    expect(report.failure).toMatchObject({ code: 'origins-not-attested' })
  })

  it('are not known of a job that states an origin and read what it could not resolve', async () => {
    scene.write('orders', { 'a.parquet': 'a' })
    const transform = { type: 'https://makoto.dev/transforms/spark-batch' }
    const unresolvedInputs = [{ name: 'jdbc:db', reason: 'no-resolver' as const }]
    const completeness = { inputs: 'full' as const, outputs: 'full' as const, reasons: [] }
    await stateOrigin('orders', { transform, unresolvedInputs, completeness }, 'job')
    const report = await scene.verify('orders', { level: 1, origins: 'attested' })
    expect(report.failure).toMatchObject({ code: 'origins-not-attested' })
    const policy = await writePolicy(scene, [{ level: 1, origins: 'attested' }])
    expect((await verify('orders', policy)).failure?.message).toMatch(/nobody knows what .*no-resolver/)
  })

  it('are known of what was collected, whatever it says of its completeness', async () => {
    scene.write('orders', { 'a.parquet': 'a' })
    await stateOrigin('orders', { completeness: { inputs: 'partial', outputs: 'full', reasons: [] } }, 'upload')
    expect(await scene.verify('orders', { level: 1, origins: 'attested' })).toMatchObject({ verdict: 'PROVEN' })
  })
})

describe('the greatest age', () => {
  async function appendLate() {
    scene.write('raw', { 'a.csv': 'raw\n' })
    scene.write('new', { 'a.csv': 'new\n' })
    const first = await append({ 'a.parquet': 'a' }, [await scene.attest('raw')])
    scene.advance(10 * DAY)
    return { first, second: await append({ 'b.parquet': 'b' }, [await scene.attest('new')], first) }
  }

  it('is not asked of a version that one of today was appended to, nor of what that one was made from', async () => {
    await appendLate()
    const report = await verify('silver', await writePolicy(scene, [{ level: 2, maxAge: '7d' }]))
    expect(report.failure?.message).toBeUndefined()
    const answers = report.policy?.answers.filter(({ condition }) => condition === 'maxAge').map(({ status }) => status)
    expect(answers?.toSorted()).toEqual(['not-applicable', 'not-applicable', 'pass', 'pass'])
  })

  it('is asked of an earlier version that is an input too', async () => {
    const { first, second } = await appendLate()
    scene.write('gold', { 'g.parquet': 'g' })
    await scene.transform('gold', [first, second])
    const report = await verify('gold', await writePolicy(scene, [{ level: 2, maxAge: '7d' }]))
    expect(report.failure?.message).toMatch(/maxAge/)
  })
})
