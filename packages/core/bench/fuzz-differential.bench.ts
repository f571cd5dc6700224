/**
 * Breaks signed bundles and asks @sigstore/verify and us: every disagreement has to be one that is explained.
 *
 *     node --conditions=@makoto/source packages/core/bench/fuzz-differential.bench.ts [--rounds 2000] [--seed 1]
 *
 * @see docs/decisions/0036-where-sigstore-verify-differs.md
 */
import process from 'node:process'
import { parseArgs } from 'node:util'
import { signSeeds } from '../test/fuzz/signed-seeds.ts'
import { compareVerifiers, explain } from '../test/fuzz/sigstore-oracle.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

console.log(`seed ${values.seed}, ${values.rounds} rounds for each bundle`)
const classes = new Map<string, number>()
let unexplained = 0
for (const seed of await signSeeds()) {
  const { accepted, refused, disagreements } = compareVerifiers(seed, Number(values.rounds), Number(values.seed))
  console.log(`${seed.name}: both accept ${accepted}, both refuse ${refused}, ${disagreements.length} disagreements`)
  for (const found of disagreements) {
    const why = explain(found)
    if (why !== undefined) classes.set(why, (classes.get(why) ?? 0) + 1)
    else {
      unexplained++
      console.log(`UNEXPLAINED round ${found.round}, refused by ${found.by}: ${found.reason}\n${found.bundle}`)
    }
  }
}
for (const [why, count] of classes) console.log(`${count} × ${why}`)
console.log(`${unexplained} unexplained`)
process.exitCode = unexplained === 0 ? 0 : 1
