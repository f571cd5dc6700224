/**
 * Breaks good inputs of every parser, 200,000 times and more: each ends in a value or in a typed error, and what a
 * broken bundle still proves is what it proved before.
 *
 *     node --conditions=@makoto/source packages/core/bench/fuzz-parsers.bench.ts [--rounds 210000] [--seed 1] [--only NAME]
 *
 * Prints the seed, so that a failure comes again, and ends with 1 where there is one.
 */
import process from 'node:process'
import { parseArgs } from 'node:util'
import { openParsers } from '../test/fuzz/parser-table.ts'
import { findUnread, fuzzParser } from '../test/fuzz/run-fuzz.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '210000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
})

/** More than this for one input of some kilobytes is a way to stop a verifier. */
const MAX_MS = 5_000

const parsers = (await openParsers()).filter(({ name }) => values.only === undefined || name === values.only)
const shares = parsers.reduce((sum, { share = 1 }) => sum + share, 0)
console.log(`seed ${values.seed}, ${values.rounds} rounds over ${parsers.length} parsers`)
let [total, failed] = [0, 0]
for (const parser of parsers) {
  const share = Math.ceil((Number(values.rounds) * (parser.share ?? 1)) / shares)
  const { name, rounds, read, codes, slowestMs, faults } = await fuzzParser(parser, share, Number(values.seed))
  const slow = slowestMs > MAX_MS ? [`${name}: one input took ${slowestMs.toFixed(0)} ms`] : []
  const found = [...(await findUnread(parser)), ...faults, ...slow]
  const refusals = [...codes].sort().join(' ')
  console.log(`${name}: ${rounds} rounds, ${read} read, slowest ${slowestMs.toFixed(1)} ms; ${refusals}`)
  for (const fault of found) console.log(`FAULT ${fault}`)
  total += rounds
  failed += found.length
}
console.log(`${total} broken inputs, ${failed} faults`)
process.exitCode = failed === 0 ? 0 : 1
