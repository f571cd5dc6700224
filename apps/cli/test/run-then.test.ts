import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore, reportSchema, verifyDataset } from '@makoto/core'
import { expect, test } from 'vitest'
import { runThen } from '../src/run-then.ts'
import { openTerminal } from '../src/terminal.ts'
import { watchDataset } from '../src/watch-dataset.ts'
import { prepareAttestedOrders } from './attested-orders.ts'

/** A proven report, a watch that hashed the data, and a command that would leave a trace. */
async function prepareThen() {
  const { cwd, verify } = await prepareAttestedOrders()
  const report = reportSchema.parse(JSON.parse((await verify('--json')).stdout))
  const dataset = join(cwd, 'orders')
  const watch = watchDataset(dataset)
  await verifyDataset(dataset, {
    store: openStore(join(cwd, 'store')),
    trust: { keys: [], timestampAuthorities: [] },
    digest: watch.digest,
  })
  const trace = join(cwd, 'started')
  const command = [process.execPath, '-e', `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`]
  return { dataset, report, watch, command, trace, terminal: openTerminal('never') }
}

test('a command is not started on data that changed after it was hashed', async () => {
  const { dataset, command, trace, ...options } = await prepareThen()
  appendFileSync(join(dataset, 'part-0.csv'), 'x')
  expect(await runThen(command, { ...options, rehash: false })).toBe('dataChanged')
  expect(existsSync(trace)).toBe(false)
})

test('a command is not started on data that nobody hashed', async () => {
  const { dataset, command, trace, ...options } = await prepareThen()
  const watch = watchDataset(dataset)
  expect(await runThen(command, { ...options, watch, rehash: false })).toBe('dataChanged')
  expect(existsSync(trace)).toBe(false)
})

test('other bytes behind the same sizes and times are found by reading them again', async () => {
  const { dataset, command, watch, ...options } = await prepareThen()
  writeFileSync(join(dataset, 'part-0.csv'), 'ID,TOTAL\n1,10\n')
  const blind = { ...watch, findChanges: () => [] }
  expect(await runThen(command, { ...options, watch: blind, rehash: false })).toEqual({ passedOn: 0 })
  expect(await runThen(command, { ...options, watch: blind, rehash: true })).toBe('dataChanged')
})
