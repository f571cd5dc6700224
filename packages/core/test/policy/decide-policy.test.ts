import {
  acceptedReasons,
  decidePolicy,
  type Policy,
  type PolicyEvidence,
  type PolicyRule,
  type PolicySubject,
  requiredLevel,
  type SignerMatch,
} from '@makoto/core'
import { expect, it } from 'vitest'

const AT = new Date('2026-11-21T12:00:00Z')
const SPARK = { kind: 'key', id: 'spki:sha256:aa' } as const
const RELEASE = { kind: 'certificate', id: 'https://github.com/acme/etl', issuer: 'https://issuer.example' } as const

const COMPANY = { kind: 'certificate', id: 'https://ci.acme/etl', authorityId: 'e'.repeat(64) } as const

const policy = (rules: readonly PolicyRule[]): Policy => ({
  sources: [],
  trust: { keys: [], timestampAuthorities: [] },
  signers: new Map<string, SignerMatch>([
    ['spark', SPARK],
    ['second', { kind: 'key', id: 'spki:sha256:bb' } as const],
    ['alias', SPARK],
    [
      'release',
      { kind: 'certificate', identity: { subject: 'https://github.com/acme/*', issuer: RELEASE.issuer } } as const,
    ],
    [
      'company',
      { kind: 'certificate', identity: { subject: 'https://ci.acme/**', authorityIds: ['e'.repeat(64)] } } as const,
    ],
  ]),
  rules,
})

const ORDERS: PolicySubject = {
  depth: 0,
  name: 'dataset:s3://lake/orders',
  sha256: 'a'.repeat(64),
  bundle: 'b'.repeat(64),
  predicateType: 'https://makoto.dev/transform/v1',
  level: 2,
  signer: SPARK,
  time: new Date('2026-11-20T12:00:00Z'),
  transform: 'https://makoto.dev/transforms/spark-batch',
  platform: 'spark-3.5',
  invocation: 'run-1/3',
  inputs: ['c'.repeat(64)],
  observed: false,
}
const RAW: PolicySubject = {
  depth: 1,
  name: 'dataset:s3://lake/raw',
  sha256: 'd'.repeat(64),
  bundle: 'c'.repeat(64),
  predicateType: 'https://makoto.dev/origin/v1',
  level: 2,
  signer: SPARK,
  time: new Date('2026-11-19T12:00:00Z'),
  inputs: [],
  observed: false,
}
const RUN = { complete: true, reason: '', reads: ['dataset:s3://lake/raw'], writes: ['dataset:s3://lake/orders'] }

const evidence = (known: Partial<PolicyEvidence> = {}): PolicyEvidence => ({
  at: AT,
  signersOf: async () => [SPARK],
  run: async () => RUN,
  rendering: () => ({ verdict: 'pass', detail: 'nothing invisible' }),
  ...known,
})

type Asked = Partial<Omit<PolicyRule, 'name' | 'datasets'>>
const decide = (asked: Asked, subjects: readonly PolicySubject[] = [ORDERS], known?: Partial<PolicyEvidence>) =>
  decidePolicy(policy([{ name: 'r', datasets: ['**'], ...asked }]), subjects, evidence(known))

const HOLD: [string, Asked, (readonly PolicySubject[])?, Partial<PolicyEvidence>?][] = [
  ['signed by the one who may', { attestedBy: ['spark'] }],
  ['signed by a certificate that may', { attestedBy: ['release'] }, [{ ...ORDERS, signer: RELEASE }]],
  ['signed under the authority that may certify it', { attestedBy: ['company'] }, [{ ...ORDERS, signer: COMPANY }]],
  ['of a predicate that may', { predicates: ['transform'] }],
  ['from a platform that may', { platforms: ['spark-*'] }],
  ['by a transform that may', { transforms: ['sparkBatch'] }],
  ['of the level', { level: 2 }],
  ['fresh', { maxAge: '1d' }],
  ['origins attested', { origins: 'attested' }, [ORDERS, RAW]],
  [
    'reviewed',
    { reviewers: { count: 2, from: ['spark', 'release'] } },
    [ORDERS],
    { signersOf: async () => [SPARK, RELEASE] },
  ],
  [
    'written by a run that read only this',
    { run: { reads: ['s3://lake/*'], writes: ['s3://lake/orders'], completeness: 'full' } },
  ],
  ['readable', { rendering: 'fail' }],
  ['warned about', { rendering: 'warn' }, [ORDERS], { rendering: () => ({ verdict: 'fail', detail: 'zero-width' }) }],
]

const FAIL: [string, Asked, (readonly PolicySubject[])?, Partial<PolicyEvidence>?][] = [
  ['signed by another', { attestedBy: ['second'] }],
  ['not signed', { attestedBy: ['spark'] }, [{ ...ORDERS, signer: undefined }]],
  [
    'of a certificate whose issuer is another',
    { attestedBy: ['release'] },
    [{ ...ORDERS, signer: { ...RELEASE, issuer: 'https://other.example' } }],
  ],
  [
    'of a certificate without issuer',
    { attestedBy: ['release'] },
    [{ ...ORDERS, signer: { kind: 'certificate', id: RELEASE.id } }],
  ],
  [
    'of a certificate of another authority',
    { attestedBy: ['company'] },
    [{ ...ORDERS, signer: { ...COMPANY, authorityId: 'f'.repeat(64) } }],
  ],
  [
    'of a certificate of an authority that nobody names',
    { attestedBy: ['company'] },
    [{ ...ORDERS, signer: { kind: 'certificate', id: COMPANY.id } }],
  ],
  [
    'by a key whose id is the subject of a certificate',
    { attestedBy: ['release'] },
    [{ ...ORDERS, signer: { kind: 'key', id: RELEASE.id } }],
  ],
  ['of another predicate', { predicates: ['origin'] }],
  ['from another platform', { platforms: ['flink-*'] }],
  ['by another transform', { transforms: ['compaction'] }],
  ['of too low a level', { level: 3 }],
  ['stale', { maxAge: '23h' }],
  ['of no verified time', { maxAge: '1d' }, [{ ...ORDERS, time: undefined }]],
  ['with an observed origin far behind', { origins: 'attested' }, [ORDERS, { ...RAW, observed: true }]],
  [
    'reviewed by one under two names',
    { reviewers: { count: 2, from: ['spark', 'alias'] } },
    [ORDERS],
    { signersOf: async () => [SPARK] },
  ],
  [
    'reviewed by two under one name',
    { reviewers: { count: 2, from: ['release', 'second'] } },
    [ORDERS],
    { signersOf: async () => [RELEASE, { ...RELEASE, id: 'https://github.com/acme/other' }] },
  ],
  ['of a run that read elsewhere', { run: { reads: ['s3://lake/other'] } }],
  ['of a run that wrote elsewhere', { run: { writes: ['s3://lake/raw'] } }],
  [
    'of a run that is not complete',
    { run: { reads: ['**'] } },
    [ORDERS],
    { run: async () => ({ ...RUN, complete: false, reason: 'no seal' }) },
  ],
  ['of a run that nobody knows', { run: {} }, [ORDERS], { run: async () => undefined }],
  [
    'full of invisible characters',
    { rendering: 'fail' },
    [ORDERS],
    { rendering: () => ({ verdict: 'warn', detail: 'zero-width' }) },
  ],
  ['never scanned', { rendering: 'warn' }, [ORDERS], { rendering: () => undefined }],
]

it.each(HOLD)('allows what is %s', async (_what, asked, subjects, known) => {
  const { allowed, answers } = await decide(asked, subjects, known)
  expect(answers.filter(({ status }) => status === 'fail')).toEqual([])
  expect(allowed).toBe(true)
})

it.each(FAIL)('refuses what is %s, and says by which rule and why', async (_what, asked, subjects, known) => {
  const { allowed, answers } = await decide(asked, subjects, known)
  expect(allowed).toBe(false)
  const refused = answers.filter(({ status }) => status === 'fail')
  const conditions = new Set(refused.map(({ rule, condition }) => `${rule} ${condition}`))
  expect([...conditions]).toEqual([`r ${Object.keys(asked)[0]}`])
  expect(refused[0]?.evidence).not.toBe('')
})

it('refuses a dataset that no rule names, also upstream', async () => {
  const { allowed, answers } = await decidePolicy(
    policy([{ name: 'r', datasets: ['s3://lake/orders'] }]),
    [ORDERS, RAW],
    evidence(),
  )
  expect(allowed).toBe(false)
  expect(answers.at(-1)).toMatchObject({ dataset: RAW.name, condition: 'datasets', status: 'fail' })
})

it('refuses a chain of nothing', async () => {
  expect((await decide({}, [])).allowed).toBe(false)
})

it('asks every rule that names a dataset', async () => {
  const rules: PolicyRule[] = [
    { name: 'loose', datasets: ['**'], attestedBy: ['spark', 'second'] },
    { name: 'strict', datasets: ['s3://lake/orders'], attestedBy: ['second'] },
  ]
  const { allowed, answers } = await decidePolicy(policy(rules), [ORDERS], evidence())
  expect(allowed).toBe(false)
  expect(answers.map(({ rule, status }) => [rule, status])).toEqual([
    ['loose', 'pass'],
    ['strict', 'fail'],
  ])
})

it('accepts a reason only where every rule that speaks accepts it', () => {
  const accept = (...acceptPartial: NonNullable<PolicyRule['acceptPartial']>): PolicyRule => ({
    name: 'a',
    datasets: ['**'],
    acceptPartial,
  })
  const known = 'input-over-budget'
  expect(acceptedReasons(policy([accept(known)]), ORDERS.name)).toEqual([known])
  expect(acceptedReasons(policy([accept(known), { name: 'b', datasets: ['**'], level: 2 }]), ORDERS.name)).toEqual([])
  expect(acceptedReasons(policy([accept(known), { name: 'b', datasets: ['**'], maxAge: '1d' }]), ORDERS.name)).toEqual([
    known,
  ])
  expect(acceptedReasons(policy([accept(known), accept('deadline')]), ORDERS.name)).toEqual([])
  expect(
    requiredLevel(
      policy([
        { name: 'a', datasets: ['**'], level: 1 },
        { name: 'b', datasets: ['**'], level: 3 },
      ]),
      ORDERS.name,
    ),
  ).toBe(3)
})
