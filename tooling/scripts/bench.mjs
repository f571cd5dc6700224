// `npm run bench`: `-- hash`, `-- verify`, `-- spark`, or all of them. Prints ratios measured in this run; docs/benchmarks.md keeps them.
import { benchSparkJobs } from '../bench/spark-job.mjs'
import { run, runTasks } from './child.mjs'

const BENCHES = {
  hash: () => run('node', ['--conditions=@makoto/source', 'packages/core/bench/hash-files.bench.ts']),
  chain: () => run('node', ['--conditions=@makoto/source', '--expose-gc', 'packages/core/bench/verify-chain.bench.ts']),
  verify: () => run('node', ['--conditions=@makoto/source', 'packages/core/bench/verify-bundle.bench.ts']),
  spark: async () => {
    const built = runTasks(['build'], { quiet: true })
    if (built === 0) await benchSparkJobs()
    return built
  },
}

export async function bench(names) {
  const chosen = names.length > 0 ? names : Object.keys(BENCHES)
  const unknown = chosen.find((name) => !Object.hasOwn(BENCHES, name))
  if (unknown) {
    process.stderr.write(`unknown benchmark ${unknown}; there are: ${Object.keys(BENCHES).join(', ')}\n`)
    return 2
  }
  for (const name of chosen) {
    const status = await BENCHES[name]()
    if (status !== 0) return status
  }
  return 0
}
