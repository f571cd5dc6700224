import { parseArgs } from 'node:util'
import { type Contest, compareVerifiers } from '../test/fuzz/compare-verifiers.ts'
import { explain } from '../test/fuzz/explanations.ts'

/** Asks both about each bundle, broken so many times, and prints what they say; answers the exit code: 1 where a disagreement is new. */
export function compareContests(contests: readonly Contest[], defaultRounds: string): 0 | 1 {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: defaultRounds },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  console.log(`seed ${values.seed}, ${values.rounds} rounds for each of ${contests.length} bundles`)
  const classes = new Map<string, number>()
  let [rounds, unexplained] = [0, 0]
  for (const contest of contests) {
    const { accepted, refused, disagreements } = compareVerifiers(contest, Number(values.rounds), Number(values.seed))
    console.log(
      `${contest.name}: both accept ${accepted}, both refuse ${refused}, ${disagreements.length} disagreements`,
    )
    rounds += accepted + refused + disagreements.length
    for (const found of disagreements) {
      const why = explain(found)
      if (why !== undefined) classes.set(why, (classes.get(why) ?? 0) + 1)
      else {
        unexplained++
        console.log(`UNEXPLAINED round ${found.round}, refused by ${found.by}: ${found.reason}\n${found.bundle}`)
      }
    }
  }
  for (const [why, count] of [...classes].sort(([, a], [, b]) => b - a)) console.log(`${count} × ${why}`)
  console.log(`${rounds} rounds, ${unexplained} disagreements unexplained`)
  return unexplained === 0 ? 0 : 1
}
