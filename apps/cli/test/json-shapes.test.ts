import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listJars } from '@makoto/spark'
import { expect, test } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { listBundles, type Orders, prepareAttestedOrders, prepareOrders } from './attested-orders.ts'
import { describeShape } from './describe-shape.ts'
import { makeFolder, makoto, type Outcome } from './makoto.ts'
import { prepareStream } from './signed-windows.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/runs/spark-3.5/', import.meta.url))
const RUN = readdirSync(join(FIXTURE, 'store/runs'))[0] ?? ''
const RUN_TRUST = ['--store', 'store', '--key', 'agent.pub', '--tsa-root', 'tsa-root.pem']

const POLICY = `schema: https://makoto.dev/schemas/policy/v1
trust:
  keys: [{ name: ours, file: ours.pub }]
  timestampAuthorities: [{ name: tsa, file: tsa-root.pem }]
signers: { ours: { key: ours } }
rules:
  - { name: made, datasets: ['**'], attestedBy: [ours], level: 2, predicates: [transform] }
`

const policyTests = ({ cwd }: Orders) => `schema: https://makoto.dev/schemas/policy-test/v1
policy: makoto.policy.yaml
store: store
tests: [{ name: it is not, dataset: '${cwd}/orders', expect: refused, rule: made, condition: predicates }]
`

async function prepareAltered(): Promise<Orders> {
  const orders = await prepareAttestedOrders()
  writeFileSync(join(orders.cwd, 'orders/part-0.csv'), 'other')
  return orders
}

async function preparePolicy(): Promise<Orders> {
  const orders = await prepareAttestedOrders()
  writeFileSync(join(orders.cwd, 'makoto.policy.yaml'), POLICY)
  writeFileSync(join(orders.cwd, 'policy.test.yaml'), policyTests(orders))
  return orders
}

async function prepareKeys(): Promise<string> {
  const cwd = makeFolder()
  await makoto(['key', 'generate', '--out', 'k'], { cwd })
  return cwd
}

async function summarise(): Promise<Orders> {
  const orders = await prepareAttestedOrders()
  await makoto(['key', 'generate', '--out', 'verifier'], orders)
  await orders.verify('--format', 'vsa', '--sign-key', 'verifier.key', '--out', 'orders.vsa.json')
  return orders
}

type Ask = (args: readonly string[], orders: Orders) => Promise<Outcome>
const ask: Ask = (args, { cwd, trust }) => makoto([...args, ...trust], { cwd })

/** Each command, asked for JSON; more than once where it has answers of more than one form. */
const ANSWERS: Readonly<Record<string, (json: '--json') => Promise<Outcome>>> = {
  verify: async (json) => (await prepareAttestedOrders()).verify(json),
  'verify, not proven': async (json) => (await prepareAltered()).verify(json),
  'verify, by a policy': async (json) =>
    makoto(['verify', 'orders', '--store', 'store', '--policy', 'makoto.policy.yaml', json], await preparePolicy()),
  report: async (json) => ask(['report', 'orders', '--out', 'orders.html', json], await prepareAttestedOrders()),
  'verify-run': async (json) => {
    const cwd = makeFolder()
    cpSync(FIXTURE, cwd, { recursive: true })
    return makoto(['verify-run', RUN, ...RUN_TRUST, json], { cwd })
  },
  'verify-stream': async (json) => {
    const stream = await prepareStream()
    for (const number of [0, 1]) await stream.attest(number)
    return stream.ask(json)
  },
  'verify-summary': async (json) =>
    makoto(
      ['verify-summary', 'orders', '--summary', 'orders.vsa.json', '--key', 'verifier.pub', '--level', '1', json],
      await summarise(),
    ),
  'attest origin': async (json) => (await prepareOrders()).attest(json),
  digest: async (json) => makoto(['digest', 'orders', json], await prepareOrders()),
  show: async (json) => {
    const { cwd } = await prepareAttestedOrders()
    return makoto(['show', listBundles(cwd)[0] ?? '', json], { cwd })
  },
  'show, of a store': async (json) =>
    makoto(['show', 'orders', '--store', 'store', json], await prepareAttestedOrders()),
  dbom: async (json) => ask(['dbom', 'orders', json], await prepareAttestedOrders()),
  'dbom, not proven': async (json) => ask(['dbom', 'orders', json], await prepareAltered()),
  export: async (json) => ask(['export', 'orders', '--out', 'orders.tar.gz', json], await prepareAttestedOrders()),
  'export, not proven': async (json) =>
    ask(['export', 'orders', '--out', 'orders.tar.gz', json], await prepareAltered()),
  'key generate': async (json) => makoto(['key', 'generate', '--out', 'k', json], { cwd: makeFolder() }),
  'key inspect': async (json) => makoto(['key', 'inspect', 'k.key', json], { cwd: await prepareKeys() }),
  'key inspect, of a public one': async (json) =>
    makoto(['key', 'inspect', 'k.pub', json], { cwd: await prepareKeys() }),
  'key public': async (json) => makoto(['key', 'public', '--key', 'k.key', json], { cwd: await prepareKeys() }),
  'policy check': async (json) => makoto(['policy', 'check', 'makoto.policy.yaml', json], await preparePolicy()),
  'policy test': async (json) => makoto(['policy', 'test', 'policy.test.yaml', json], await preparePolicy()),
  'spark conf': async (json) =>
    makoto(['spark', 'conf', '--target', 'submit', '--sink', 'hdfs:///makoto', '--level', '1', json]),
  'spark jar': async (json) => {
    const [jar] = listJars()
    return makoto(['spark', 'jar', '--spark', jar?.spark ?? '', '--scala', jar?.scala ?? '', json])
  },
  'store index': async (json) => makoto(['store', 'index', '--store', 'store', json], await prepareAttestedOrders()),
  doctor: async (json) => makoto(['doctor', '--key', 'absent.key', json], { cwd: makeFolder() }),
  'spark jar, of no such Spark': async (json) => makoto(['spark', 'jar', '--spark', '2.4', json]),
}

const SHAPES = new URL('./json-shapes/', import.meta.url)
const fileOf = (name: string) => `${name.replaceAll(/[ ,]+/g, '-')}.txt`

const withoutJar = listJars().length === 0 ? ['spark jar'] : []

test.each(Object.entries(ANSWERS).filter(([name]) => !withoutJar.includes(name)))(
  'the JSON of %s has the keys and types that programs read',
  async (name, answer) => {
    const { stdout } = await answer('--json')
    await expect(describeShape(JSON.parse(stdout))).toMatchFileSnapshot(fileURLToPath(new URL(fileOf(name), SHAPES)))
  },
)

test('every command is asked, and no shape lies about that nobody asked for', () => {
  const asked = Object.keys(ANSWERS)
  const commands = COMMANDS.map(({ path }) => path.join(' '))
  expect([...new Set(asked.map((name) => name.replace(/,.*/, '')))].toSorted()).toEqual(commands.toSorted())
  expect(readdirSync(SHAPES).toSorted()).toEqual(asked.map(fileOf).toSorted())
})
