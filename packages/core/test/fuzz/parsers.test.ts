import { expect, it, vi } from 'vitest'
import { openParsers } from './parser-table.ts'
import { findUnread, fuzzParser } from './run-fuzz.ts'

const SEED = 4
/** About 2,000 for all parsers together; `npm run bench -- fuzz` goes on for 200,000. */
const ROUNDS = 60

vi.setConfig({ testTimeout: 120_000 })

const parsers = await openParsers()

it.each(parsers)('$name ends in a value or in a typed error, whatever it is given', async (parser) => {
  expect(parser.seeds.length).toBeGreaterThan(0)
  expect(await findUnread(parser)).toEqual([])
  const { faults, rounds } = await fuzzParser(parser, Math.ceil(ROUNDS * (parser.share ?? 1)), SEED)
  expect(faults).toEqual([])
  expect(rounds).toBeGreaterThan(0)
})
