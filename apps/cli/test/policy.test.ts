import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportSchema } from '@makoto/core'
import { expect, it } from 'vitest'
import { type Orders, prepareAttestedOrders } from './attested-orders.ts'
import { makeFolder, makoto } from './makoto.ts'

const POLICY = `schema: https://makoto.dev/schemas/policy/v1
trust:
  keys: [{ name: ours, file: ours.pub }]
  timestampAuthorities: [{ name: tsa, file: tsa-root.pem }]
signers:
  ours: { key: ours }
rules:
  - { name: everything, datasets: ['**'], attestedBy: [ours], level: 2 }
`

function writePolicy({ cwd }: Orders, more = ''): void {
  writeFileSync(join(cwd, 'makoto.policy.yaml'), POLICY + more)
}

const verify = ({ cwd }: Orders, ...more: string[]) =>
  makoto(['verify', 'orders', '--store', 'store', '--policy', 'makoto.policy.yaml', ...more], { cwd })

it('proves by a policy alone', async () => {
  const orders = await prepareAttestedOrders()
  writePolicy(orders)
  const { code, stdout } = await verify(orders)
  expect(stdout).toContain('PROVEN L2')
  expect(stdout).toMatch(/ok +policy/)
  expect(code).toBe(0)
})

it('says which rule refuses, by a code of its own', async () => {
  const orders = await prepareAttestedOrders()
  writePolicy(orders, `  - { name: made, datasets: ['**/orders'], predicates: [transform] }\n`)
  const { code, stdout } = await verify(orders)
  expect(stdout).toMatch(/NOT PROVEN.*rule made, predicates/)
  expect(code).toBe(5)
})

it('says each rule that refuses, and in JSON each that was asked', async () => {
  const orders = await prepareAttestedOrders()
  const made = ['made', 'made-again'].map(
    (name) => `  - { name: ${name}, datasets: ['**'], predicates: [transform] }\n`,
  )
  writePolicy(orders, made.join(''))
  const { stdout } = await verify(orders)
  expect(stdout.match(/^ {2}refused {2}\S+: rule made(-again)?, predicates: /gm)).toHaveLength(2)
  const report = JSON.parse((await verify(orders, '--json')).stdout)
  expect(reportSchema.parse(report).policy).toMatchObject({ allowed: false })
  const { asked, answers } = report.policy
  expect(answers).toHaveLength(asked)
  expect(answers[0]).toMatchObject({
    rule: 'made',
    condition: 'predicates',
    status: 'fail',
    dataset: report.dataset.name,
  })
  expect(answers).toContainEqual(expect.objectContaining({ rule: 'everything', condition: 'level', status: 'pass' }))
  writePolicy(orders)
  expect(JSON.parse((await verify(orders, '--json')).stdout).policy).toMatchObject({ allowed: true })
})

it('refuses a policy beside keys, and one with a field that nobody enforces', async () => {
  const orders = await prepareAttestedOrders()
  writePolicy(orders)
  expect(await verify(orders, '--key', 'ours.pub')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--policy'),
  })
  writePolicy(orders, `  - { name: big, datasets: ['**'], maxSize: 3 }\n`)
  expect(await verify(orders)).toMatchObject({ code: 2, stderr: expect.stringContaining('maxSize') })
})

/** The example of c2sp.org/signed-note. */
const LOG_VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const VKEY = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'

it('asks for the witnesses that a policy asks for, and for more where the command line does', async () => {
  const orders = await prepareAttestedOrders()
  const witnesses = (threshold: string) =>
    writeFileSync(
      join(orders.cwd, 'makoto.policy.yaml'),
      POLICY.replace('signers:', `  witnesses: [{ vkey: '${VKEY}' }]\n${threshold}signers:`),
    )
  const refusal = { code: 4, stdout: expect.stringContaining('of the 1 witnesses') }
  witnesses('')
  expect(await verify(orders)).toMatchObject({ code: 0 })
  expect(await verify(orders, '--witnesses', '1')).toMatchObject(refusal)
  witnesses('  witnessThreshold: 1\n')
  expect(await verify(orders)).toMatchObject(refusal)
  expect(await verify(orders, '--witnesses', '2')).toMatchObject({
    code: 4,
    stdout: expect.stringContaining('of the 2'),
  })
  expect(await verify(orders, '--witness', 'ours.pub')).toMatchObject({ code: 2 })
})

it('asks for the timestamps and logs that a policy asks for, and for more where the command line does', async () => {
  const orders = await prepareAttestedOrders()
  const asked = (threshold: string) =>
    writeFileSync(
      join(orders.cwd, 'makoto.policy.yaml'),
      POLICY.replace('signers:', `  logs: [{ name: rekor, vkey: '${LOG_VKEY}' }]\n  ${threshold}\nsigners:`),
    )
  const missing = (text: string) => ({ code: 4, stdout: expect.stringContaining(text) })
  asked('timestampThreshold: 1')
  expect(await verify(orders)).toMatchObject({ code: 0 })
  expect(await verify(orders, '--timestamps', '2')).toMatchObject(missing('by 1 of the 2 authorities'))
  asked('timestampThreshold: 2')
  expect(await verify(orders, '--timestamps', '1')).toMatchObject(missing('by 1 of the 2 authorities'))
  asked('logThreshold: 1')
  expect(await verify(orders)).toMatchObject(missing('held by 0 of the 1 logs'))
  expect(await verify(orders, '--logs', '2')).toMatchObject(missing('held by 0 of the 2 logs'))
  const shown = await makoto(['policy', 'check', 'makoto.policy.yaml'], { cwd: orders.cwd })
  expect(shown.stdout).toMatch(/^log +rekor {2}[0-9a-f]{64} {2}example\.com\/foo$/m)
  expect(shown.stdout).toMatch(/^asked +1 of these logs$/m)
})

it('shows what a policy comes to', async () => {
  const orders = await prepareAttestedOrders()
  writePolicy(orders)
  const { code, stdout } = await makoto(['policy', 'check', 'makoto.policy.yaml', '--json'], { cwd: orders.cwd })
  expect(JSON.parse(stdout)).toMatchObject({
    keys: [{ name: 'ours' }],
    transparencyLogs: [],
    timestampThreshold: 0,
    logThreshold: 0,
    witnessThreshold: 0,
    rules: [{ name: 'everything' }],
  })
  expect(code).toBe(0)
})

it('tests a policy against what the store holds', async () => {
  const orders = await prepareAttestedOrders()
  writePolicy(orders, `  - { name: fresh, datasets: ['**'], maxAge: 1d }\n`)
  const tests = (expected: string, more = '') => `schema: https://makoto.dev/schemas/policy-test/v1
policy: makoto.policy.yaml
store: store
tests:
  - { name: today, dataset: '${orders.cwd}/orders', expect: ${expected} }
  - { name: in a year, dataset: '${orders.cwd}/orders', at: '${new Date(Date.now() + 3e10).toISOString()}', expect: refused, rule: fresh, condition: maxAge${more} }
`
  const run = () => makoto(['policy', 'test', 'policy.test.yaml'], { cwd: orders.cwd })
  writeFileSync(join(orders.cwd, 'policy.test.yaml'), tests('allowed'))
  expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining('2 tests as expected, 0 not') })
  writeFileSync(join(orders.cwd, 'policy.test.yaml'), tests('refused'))
  const { code, stdout } = await run()
  expect(stdout).toMatch(/FAILED +today: allowed/)
  expect(code).toBe(5)
})

it.each(['pipe', '/dev/zero'])('waits for nothing that a file names in place of a policy: %s', async (place) => {
  const cwd = makeFolder()
  mkdirSync(join(cwd, 'store'))
  execFileSync('mkfifo', [join(cwd, 'pipe')])
  const schema = 'schema: https://makoto.dev/schemas/policy'
  const tests = 'tests: [{ name: a, dataset: file:/lake/orders, expect: refused }]'
  writeFileSync(join(cwd, 'tests.yaml'), `${schema}-test/v1\npolicy: ${place}\nstore: store\n${tests}\n`)
  writeFileSync(join(cwd, 'policy.yaml'), `${schema}/v1\nextends: ['${place}']\n`)
  const refused = { code: 2, stderr: expect.stringContaining('is no regular file') }
  expect(await makoto(['policy', 'test', 'tests.yaml'], { cwd })).toMatchObject(refused)
  expect(await makoto(['policy', 'check', 'policy.yaml'], { cwd })).toMatchObject(refused)
})
