import { parseCertificateAuthorities, parsePublicKey } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSigningAuthority, PIPELINE } from '../trust/signing-authority.ts'
import { addPointers, FUTURE, flood, PAST } from './add-pointers.ts'
import { observe } from './observe.ts'
import { newSigner, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'alpha\n' })
  scene.write('out', { 'x.parquet': 'x' })
})
afterEach(() => scene.close())

it('takes data that nobody ever attested as an observed origin, however often it was seen', async () => {
  await observe(scene, 'raw')
  scene.write('raw', { 'b.csv': 'beta\n' })
  await scene.transform('out', [await observe(scene, 'raw')])
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2, observedOrigins: 1 })
})

it('does not take an altered input back as a fresh origin', async () => {
  await scene.attest('raw')
  scene.write('raw', { 'a.csv': 'altered\n' })
  await scene.transform('out', [await observe(scene, 'raw')])
  expect(await scene.verify('out')).toMatchObject({
    verdict: 'NOT PROVEN',
    level: 0,
    failure: { code: 'origin-laundered' },
  })
})

it('proves level 1 only of an origin of which too many pointers hide whether somebody had attested it', async () => {
  const raw = await scene.attest('raw')
  scene.write('raw', { 'a.csv': 'altered\n' })
  await scene.transform('out', [await observe(scene, 'raw')])
  const report = await scene.verify('out', { store: addPointers(scene.store, raw.name, flood(FUTURE)) })
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
  expect(report.failure?.message).toMatch(/: 2 pointers of this name not read$/)
  const store = addPointers(scene.store, raw.name, flood(PAST))
  expect((await scene.verify('out', { store })).failure?.code).toBe('origin-laundered')
})

it('does not take the dataset itself for an origin where its producer attested other bytes', async () => {
  await scene.attest('raw')
  scene.write('raw', { 'a.csv': 'altered\n' })
  await observe(scene, 'raw')
  expect((await scene.verify('raw')).failure?.code).toBe('origin-laundered')
})

it('counts whom the verifier trusts, though the job did not', async () => {
  const vendor = await newSigner(scene.root, 'vendor.pem')
  await scene.attest('raw', { signer: vendor.signer })
  scene.write('raw', { 'a.csv': 'altered\n' })
  await scene.transform('out', [await observe(scene, 'raw')])
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
  const trust = { ...scene.trust, keys: [...scene.trust.keys, parsePublicKey(vendor.publicKeyPem)] }
  expect((await scene.verify('out', { trust })).failure?.code).toBe('origin-laundered')
})

it('lets an observation stand that the producer attested too, or attested only later', async () => {
  const found = await observe(scene, 'raw')
  await scene.transform('out', [found])
  scene.write('raw', { 'a.csv': 'the next delivery\n' })
  await scene.attest('raw')
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
  scene.write('raw', { 'a.csv': 'alpha\n' })
  await scene.attest('raw')
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it('takes the observation of a delivery that its producer attested after all', async () => {
  await scene.attest('raw')
  scene.write('raw', { 'a.csv': 'the next delivery\n' })
  await scene.transform('out', [await observe(scene, 'raw')])
  expect((await scene.verify('out')).failure?.code).toBe('origin-laundered')
  await scene.attest('raw')
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it('counts a producer who signs under a certificate as it counts one who has a key', async () => {
  const daysFromNow = (days: number) => new Date(scene.now().getTime() + days * 86_400_000)
  const [notBefore, notAfter] = [daysFromNow(-1), daysFromNow(1)]
  const authority = openSigningAuthority({ notBefore, notAfter })
  const trust = {
    ...scene.trust,
    certificateAuthorities: parseCertificateAuthorities(authority.pem),
    identities: [{ subject: PIPELINE }],
  }
  await scene.attest('raw', { signer: authority.certify(), trust })
  scene.write('raw', { 'a.csv': 'altered\n' })
  await scene.transform('out', [await observe(scene, 'raw')])
  expect((await scene.verify('out', { trust })).failure?.code).toBe('origin-laundered')
})
