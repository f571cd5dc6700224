// `npm run bench`: `-- hash`, `-- verify`, `-- fuzz`, `-- spark`, or all of them. Prints ratios measured in this run; docs/benchmarks.md keeps them.
import { benchSparkJobs } from '../bench/spark-job.mjs'
import { run, runTasks, runTool } from './child.mjs'
import { ROOT } from './toolchain.mjs'

const BENCHES = {
  hash: () => run('node', ['--conditions=@makoto/source', 'packages/core/bench/hash-files.bench.ts']),
  chain: () => run('node', ['--conditions=@makoto/source', '--expose-gc', 'packages/core/bench/verify-chain.bench.ts']),
  verify: () => run('node', ['--conditions=@makoto/source', 'packages/core/bench/verify-bundle.bench.ts']),
  fuzz: () => fuzzParsers() || compareVerifiers() || fuzzLogs(),
  spark: async () => {
    const built = runTasks(['build'], { quiet: true })
    if (built === 0) await benchSparkJobs()
    return built
  },
}

function fuzzParsers() {
  return run('node', ['--conditions=@makoto/source', 'packages/core/bench/fuzz-parsers.bench.ts'])
}

/** Over the testkit's bundles, and over those of sigstore-conformance where they are. */
function compareVerifiers() {
  const compare = (bench) => run('node', ['--conditions=@makoto/source', bench])
  return (
    compare('packages/core/bench/fuzz-differential.bench.ts') ||
    compare('packages/conformance/bench/fuzz-corpus.bench.ts')
  )
}

/** The rooms of the transparency log bring their own fuzz: a quick slice in the suite, more of it here. */
function fuzzLogs() {
  return runTool('vitest', ['run', 'test/log/log-fuzz.test.ts'], {
    cwd: `${ROOT}/packages/core`,
    env: { MAKOTO_FUZZ_ROUNDS: '5000' },
  })
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
