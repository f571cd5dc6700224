import { dirname, resolve } from 'node:path'
import { decideStored, type Policy, type PolicyAnswer, type PolicyTestCase, type Store } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { openExistingStore } from '../open-existing-store.ts'
import { readPolicyTests, readTestedPolicy } from '../policy-files.ts'
import { countOf } from '../render-report.ts'
import { SCHEMA } from '../schemas.ts'
import { UsageError } from '../usage-error.ts'

interface Outcome {
  readonly name: string
  readonly expected: 'allowed' | 'refused'
  readonly found: 'allowed' | 'refused'
  readonly asExpected: boolean
  readonly refusals: readonly PolicyAnswer[]
}

export const policyTest = defineCommand({
  name: 'policy test',
  summary: 'Ask a policy about attestations that a store holds, and compare with what is expected.',
  operands: [{ name: 'TESTS', text: 'a policy test: which versions, and whether they are allowed' }],
  options: { store: { value: 'URI', text: 'where the attestations lie, if the tests do not say' } },
  examples: [{ text: 'in CI, beside the policy', line: 'makoto policy test policy.test.yaml --store /lake/_makoto' }],
  async run({ options, operands: [path = ''], json, terminal }) {
    const { policy: policyPath, store: named, tests } = await readPolicyTests(path)
    const beside = (file: string) => resolve(dirname(path), file)
    const policy = await readTestedPolicy(beside(policyPath))
    const store = await openExistingStore(options.store ?? placeOf(named, beside))
    const outcomes: Outcome[] = []
    for (const test of tests) outcomes.push(await runTest(test, { policy, store }))
    if (json) terminal.json({ schema: SCHEMA.policyTest, outcomes })
    else for (const outcome of outcomes) print(outcome, terminal.print)
    const failed = outcomes.filter(({ asExpected }) => !asExpected).length
    terminal.say(`${countOf(outcomes.length - failed, 'test')} as expected, ${failed} not`)
    return failed === 0 ? 'ok' : 'levelNotMet'
  },
})

function placeOf(named: string | undefined, beside: (file: string) => string): string {
  if (named === undefined) throw new UsageError('no store: give --store URI, or store: in the tests')
  return /^[a-z][a-z0-9+.-]+:/i.test(named) ? named : beside(named)
}

async function runTest(test: PolicyTestCase, { policy, store }: { policy: Policy; store: Store }): Promise<Outcome> {
  const { name, dataset, version, at, expect, rule, condition } = test
  const { allowed, answers } = await decideStored(
    store,
    { dataset, ...(version === undefined ? {} : { version }) },
    { policy, ...(at === undefined ? {} : { at: new Date(at) }) },
  )
  const refusals = answers.filter(({ status }) => status === 'fail')
  const found = allowed ? 'allowed' : 'refused'
  const because = refusals.some(
    (answer) =>
      (rule === undefined || answer.rule === rule) && (condition === undefined || answer.condition === condition),
  )
  return { name, expected: expect, found, asExpected: found === expect && (allowed || because), refusals }
}

function print(
  { name, found, asExpected, refusals }: Outcome,
  line: (...spans: ({ text: string; style: 'good' | 'bad' } | string)[]) => void,
) {
  line({ text: asExpected ? 'ok      ' : 'FAILED  ', style: asExpected ? 'good' : 'bad' }, `${name}: ${found}`)
  if (asExpected) return
  for (const { rule, dataset, condition, evidence } of refusals)
    line(`          ${rule === '' ? '' : `rule ${rule}, `}${condition} of ${dataset}: ${evidence}`)
}
