import {
  POLICY_SCHEMA,
  type Policy,
  type PolicyRule,
  parseCertificateAuthorities,
  readPolicy,
  type Signer,
  verifyRun,
} from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSigningAuthority, PIPELINE, type SigningAuthority } from '../trust/signing-authority.ts'
import { openAgent, RUN } from './agent.ts'
import { type Attested, openScene, type Scene } from './scene.ts'

const DAY = 86_400_000

let scene: Scene
let raw: Attested
let own: SigningAuthority
let other: SigningAuthority
beforeEach(async () => {
  scene = await openScene()
  const [notBefore, notAfter] = [new Date(scene.now().getTime() - DAY), new Date(scene.now().getTime() + DAY)]
  const open = (name: string) => openSigningAuthority({ notBefore, notAfter, root: { name } })
  own = open('own')
  other = open('other')
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
})
afterEach(() => scene.close())

const signedBy = (signer: Signer) => ({ signer, predicate: { executor: { id: `${signer.id}#agent` } } })

/** Two authorities are trusted: whoever signs as a pipeline has to say under which. */
async function policyOf(signers: Record<string, { subject: string; authority: string }>, rule: Partial<PolicyRule>) {
  const [key] = scene.trust.keys
  const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(key?.spki ?? []).toString('base64')}\n-----END PUBLIC KEY-----\n`
  const document = {
    schema: POLICY_SCHEMA,
    trust: {
      keys: [{ name: 'spark', pem }],
      timestampAuthorities: [{ name: 'tsa', pem: scene.authority.rootPem }],
      certificateAuthorities: Object.entries({ own, other }).map(([name, authority]) => ({ name, pem: authority.pem })),
    },
    signers: { spark: { key: 'spark' }, ...signers },
    rules: [
      { name: 'all', datasets: ['**'], level: 2 },
      { name: 'orders', datasets: [`file:${scene.path('orders')}`], ...rule },
    ],
  }
  const text = new TextEncoder().encode(JSON.stringify(document))
  return readPolicy('policy.json', { resolve: (reference) => reference, read: async () => text })
}

const verify = async (policy: Policy) => {
  const { verdict, failure } = await scene.verify('orders', { policy, trust: policy.trust })
  return failure?.code ?? verdict
}

describe('a name under one of two authorities', () => {
  const pipeline = { subject: PIPELINE, authority: 'own' }

  it('is believed where that one certified it', async () => {
    await scene.transform('orders', [raw], signedBy(own.certify()))
    expect(await verify(await policyOf({ pipeline }, { attestedBy: ['pipeline'] }))).toBe('PROVEN')
  })

  it('signs nothing where the other one did', async () => {
    await scene.transform('orders', [raw], signedBy(other.certify()))
    expect(await verify(await policyOf({ pipeline }, { attestedBy: ['pipeline'] }))).toBe('identity-mismatch')
    expect(await verify(await policyOf({ pipeline }, {}))).toBe('identity-mismatch')
  })

  it('is somebody else to a rule where both authorities may certify it, each for its own', async () => {
    const theirs = { subject: PIPELINE, authority: 'other' }
    await scene.transform('orders', [raw], signedBy(other.certify()))
    const judge = async (attestedBy: string) =>
      verify(await policyOf({ pipeline, theirs }, { attestedBy: [attestedBy] }))
    expect(await judge('theirs')).toBe('PROVEN')
    expect(await judge('pipeline')).toBe('policy-not-met')
  })

  it('is not the signer of a run that the same name under the other one sealed', async () => {
    const [ours, theirs] = [own.certify(), other.certify()]
    const agent = openAgent({ ...scene, signer: ours })
    await agent.start()
    const out = await agent.output('orders', [raw], '0', signedBy(theirs))
    await agent.seal([out.bundle], { reads: [raw], writes: [out] })
    const certificateAuthorities = [own, other].flatMap(({ pem }) => parseCertificateAuthorities(pem))
    const trust = { ...scene.trust, certificateAuthorities, identities: [{ subject: PIPELINE }] }
    const at = new Date(scene.now().getTime() + 60_000)
    const report = await verifyRun(RUN, { store: scene.store, trust, at })
    expect(report.failure).toMatchObject({ code: 'run-signer' })
  })
})
