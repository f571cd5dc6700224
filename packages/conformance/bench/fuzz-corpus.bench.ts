/**
 * Breaks the bundles of sigstore-conformance and asks @sigstore/verify and us, by the file and by its digest: every
 * disagreement has to be one that is explained.
 *
 *     node --conditions=@makoto/source packages/conformance/bench/fuzz-corpus.bench.ts [--rounds 200] [--seed 1]
 *
 * @see docs/decisions/0036-where-sigstore-verify-differs.md
 */
import process from 'node:process'
import { compareContests } from '../../core/bench/compare-contests.ts'
import { openCorpusContests } from '../test/corpus-contests.ts'

process.exitCode = compareContests(await openCorpusContests(), '200')
