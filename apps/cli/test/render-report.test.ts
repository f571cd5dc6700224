import type { Check } from '@makoto/core'
import { expect, test } from 'vitest'
import { renderChecks } from '../src/render-report.ts'

const check = (title: string): Check => ({ id: 'input', status: 'pass', title, detail: 'L2' })
const textOf = (line: ReturnType<typeof renderChecks>[number] | undefined) =>
  line?.map((span) => (typeof span === 'string' ? span : span.text)).join('')

test('a report has a line for each check, however many a long chain has', () => {
  const lines = renderChecks([check('data'), ...Array.from({ length: 300_000 }, () => check('input of a table'))])
  expect(lines).toHaveLength(300_001)
  expect(textOf(lines[0])).toBe('ok        data              L2')
})

test('a title that names a dataset does not push the others aside', () => {
  const [first] = renderChecks([check('data'), check('input dataset:file:/lake/orders/of/a/long/name')])
  expect(textOf(first)).toBe('ok        data  L2')
})
