import { expect, it } from 'vitest'
import { renderFixtures } from '../../../tooling/scripts/fixtures/index.ts'
import { readFixtureText } from './fixtures.ts'

const rendered = await renderFixtures()

it.each([...rendered.keys()])('%s is what its builder makes', (file) => {
  expect(readFixtureText(file)).toBe(rendered.get(file))
})
