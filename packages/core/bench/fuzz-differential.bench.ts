/**
 * Breaks the testkit's bundles and asks @sigstore/verify and us: every disagreement has to be one that is explained.
 *
 *     node --conditions=@makoto/source packages/core/bench/fuzz-differential.bench.ts [--rounds 2000] [--seed 1]
 *
 * @see docs/decisions/0036-where-sigstore-verify-differs.md
 */
import process from 'node:process'
import { openSeedContests } from '../test/fuzz/seed-contests.ts'
import { compareContests } from './compare-contests.ts'

process.exitCode = compareContests(await openSeedContests(), '2000')
