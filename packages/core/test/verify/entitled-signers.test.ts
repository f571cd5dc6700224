import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { decideStored, type Policy, type Signer, verifyMember } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { observe } from './observe.ts'
import { type Attested, newSigner, openScene, type Scene } from './scene.ts'
import { writePolicy } from './write-policy.ts'

let scene: Scene
let tenant: Signer
let tenantPem: string
/** `spark` attests orders, and the tenant's key what lies elsewhere. */
let policy: Policy
beforeEach(async () => {
  scene = await openScene()
  const { signer, publicKeyPem } = await newSigner(scene.root, 'tenant.pem')
  tenant = signer
  tenantPem = publicKeyPem
  const rules = [
    { datasets: [`file:${scene.path('orders')}`], attestedBy: ['spark'], level: 2 as const },
    { datasets: [`file:${scene.path('tenant')}`], attestedBy: ['tenant'], level: 2 as const },
  ]
  policy = await writePolicy(scene, rules, { tenant: publicKeyPem })
})
afterEach(() => scene.close())

const attest = (text: string, signer: Signer = scene.signer): Promise<Attested> => {
  scene.write('orders', { 'a.parquet': text })
  return scene.attest('orders', { signer, trust: policy.trust })
}
const verify = (trusted: Policy = policy) => scene.verify('orders', { policy: trusted, trust: trusted.trust })

describe('a key that is trusted for another dataset', () => {
  it('does not stand in the place of an attestation of these bytes', async () => {
    await attest('one')
    await attest('one', tenant)
    expect((await verify()).failure?.message).toBeUndefined()
  })

  it('makes no later version of this one', async () => {
    const mine = await attest('one')
    await attest('two', tenant)
    scene.write('orders', { 'a.parquet': 'one' })
    expect((await verify()).failure?.message).toBeUndefined()
    expect(await scene.verify('orders', { trust: policy.trust })).toMatchObject({ failure: { code: 'superseded' } })
    const at = scene.now()
    expect(await decideStored(scene.store, { dataset: mine.name }, { policy, at })).toMatchObject({ allowed: true })
    const options = { store: scene.store, trust: policy.trust, policy, at: new Date(at.getTime() + 60_000) }
    const member = await verifyMember(join(scene.path('orders'), 'a.parquet'), scene.path('orders'), options)
    expect(member.failure?.message).toBeUndefined()
  })

  it('makes none, though no pointer leads to this version', async () => {
    await attest('one')
    await attest('two', tenant)
    for await (const { path } of scene.store.list('names/')) rmSync(join(scene.root, 'store', path))
    scene.write('orders', { 'a.parquet': 'three' })
    await scene.attest('orders', { signer: tenant, trust: policy.trust })
    scene.write('orders', { 'a.parquet': 'one' })
    expect((await verify()).failure?.message).toBeUndefined()
  })

  it('hides no later version of the one that may attest it', async () => {
    await attest('one')
    await attest('two', tenant)
    await attest('three')
    scene.write('orders', { 'a.parquet': 'one' })
    expect((await verify()).failure).toMatchObject({ code: 'superseded' })
  })

  it('is refused by the rule where nobody else has attested it', async () => {
    await attest('one', tenant)
    const { failure } = await verify()
    expect(failure).toMatchObject({ code: 'policy-not-met' })
    expect(failure?.message).toMatch(/attestedBy/)
    const options = { store: scene.store, trust: policy.trust, policy, at: new Date(scene.now().getTime() + 60_000) }
    const member = await verifyMember(join(scene.path('orders'), 'a.parquet'), scene.path('orders'), options)
    expect(member.failure).toMatchObject({ code: 'policy-not-met' })
  })

  it('is not what altered data is compared with', async () => {
    const mine = await attest('one')
    const theirs = await attest('two', tenant)
    scene.write('orders', { 'a.parquet': 'altered' })
    const { failure } = await verify()
    expect(failure?.code).toBe('data-altered')
    expect(failure?.message).toContain(mine.sha256)
    expect(failure?.message).not.toContain(theirs.sha256)
  })
})

describe('an origin that a job merely found', () => {
  const attestRaw = async (signer: Signer) => {
    scene.advance(1)
    await scene.attest('raw', { signer, trust: policy.trust })
  }
  /** Orders that were made of raw data which somebody altered after its producer attested it. */
  async function launder(): Promise<Policy> {
    const rules = [
      { datasets: [`file:${scene.path('orders')}`, `file:${scene.path('raw')}`], attestedBy: ['spark'] },
      { datasets: [`file:${scene.path('tenant')}`], attestedBy: ['tenant'] },
    ]
    scene.write('raw', { 'a.csv': 'raw\n' })
    scene.write('orders', { 'a.parquet': 'one' })
    await attestRaw(scene.signer)
    scene.write('raw', { 'a.csv': 'altered\n' })
    await scene.transform('orders', [await observe(scene, 'raw')])
    return writePolicy(scene, rules, { tenant: tenantPem })
  }
  const failureOf = async (trusted: Policy) => (await verify(trusted)).failure?.code

  it('is not excused by a key that is trusted for another dataset', async () => {
    const trusted = await launder()
    expect(await failureOf(trusted)).toBe('origin-laundered')
    await attestRaw(tenant)
    expect(await failureOf(trusted)).toBe('origin-laundered')
    const options = { policy: trusted, at: scene.now() }
    const decision = await decideStored(scene.store, { dataset: scene.path('orders') }, options)
    expect(decision).toMatchObject({ allowed: false, answers: [{ evidence: expect.stringMatching(/only observed/) }] })
    const trust = {
      trust: trusted.trust,
      policy: trusted,
      store: scene.store,
      at: new Date(scene.now().getTime() + 60_000),
    }
    const member = await verifyMember(join(scene.path('orders'), 'a.parquet'), scene.path('orders'), trust)
    expect(member.failure?.code).toBe('origin-laundered')
  })

  it('is excused by who may attest it', async () => {
    const trusted = await launder()
    await attestRaw(tenant)
    await attestRaw(scene.signer)
    expect((await verify(trusted)).failure?.message).toBeUndefined()
  })
})

it('hears a later version of this name, whatever other name its signer may not attest', async () => {
  const first = await attest('one')
  scene.write('orders', { 'a.parquet': 'two' })
  const uri = `file:${scene.path('tenant')}`
  await scene.transform('orders', [first], {
    edit: (statement) => ({ ...statement, subject: statement.subject.map((subject) => ({ ...subject, uri })) }),
  })
  scene.write('orders', { 'a.parquet': 'one' })
  expect((await verify()).failure).toMatchObject({ code: 'superseded' })
})

it('hears every trusted signer where no rule says who may attest', async () => {
  await attest('one')
  await attest('two', tenant)
  scene.write('orders', { 'a.parquet': 'one' })
  const { trust } = policy
  const open = { ...(await writePolicy(scene, [{ level: 2 }])), trust }
  expect((await verify(open)).failure).toMatchObject({ code: 'superseded' })
})
