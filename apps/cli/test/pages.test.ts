import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderPages } from '../../../tooling/scripts/pages/index.ts'

test.each(renderPages())('docs/$file is what its script makes: npm run fixtures', ({ file, text }) => {
  expect(readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8')).toBe(text)
})
