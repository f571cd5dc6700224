// A Spark job with the agent against the same job without it, each in its own JVM, in interleaved pairs.
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SPARK_JAVA_OPTIONS } from '../scripts/spark-java.mjs'
import { ROOT } from '../scripts/toolchain.mjs'
import { measurePairs, renderSpread, spread, summariseRatios } from './ratios.mjs'

const HOME = join(ROOT, '.bench', 'spark')
const LOGGING = `appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`

/** Bars of docs/benchmarks.md: 300 small executions CPU ≤ 1.05, wall ≤ 1.03; one gigabyte written CPU ≤ 1.06, wall ≤ 1.05. */
export async function benchSparkJobs({ module = 'spark-3.5_2.12', pairs = 15, largePairs = 5 } = {}) {
  const launch = prepare(module)
  await report(`${module}: 300 small executions, signed`, pairs, (agent) => launch('small', 300, agent))
  await report(`${module}: one write of 1 GB, signed`, largePairs, (agent) => launch('write', 1000, agent))
}

async function report(title, pairs, launch) {
  const measured = await measurePairs(
    pairs,
    () => launch(true),
    () => launch(false),
  )
  process.stdout.write(`${title}, ${pairs} pairs, with : without\n`)
  for (const figure of ['cpu', 'wall'])
    process.stdout.write(`  ${figure.padEnd(5)} ${renderSpread(summariseRatios(measured, figure))}\n`)
  process.stdout.write(
    `  agent's own threads ${renderSpread(spread(measured.map(({ a }) => a.agent)), 0)} ms of ${renderSpread(spread(measured.map(({ a }) => a.cpu)), 0)} ms\n`,
  )
}

function prepare(module) {
  rmSync(HOME, { recursive: true, force: true })
  mkdirSync(join(HOME, 'classes'), { recursive: true })
  const home = join(ROOT, 'packages', 'spark-listener', module)
  const spark = readFileSync(join(home, 'target', 'classpath.txt'), 'utf8').trim()
  const { version } = JSON.parse(readFileSync(join(ROOT, 'packages', 'spark', 'package.json'), 'utf8'))
  const jar = join(home, 'target', `makoto-${module}-${version}.jar`)
  execFileSync(
    'javac',
    ['-cp', spark, '-d', join(HOME, 'classes'), join(ROOT, 'tooling', 'bench', 'SparkBench.java')],
    { stdio: 'inherit' },
  )
  writeFileSync(join(HOME, 'log4j2.properties'), LOGGING)
  const key = join(HOME, 'bench.key')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return (mode, amount, agent) => {
    const data = join(HOME, 'data')
    const store = join(HOME, 'store')
    for (const place of [data, store]) rmSync(place, { recursive: true, force: true })
    const settings = agent
      ? [
          '-Dspark.extraListeners=dev.makoto.AttestationListener',
          `-Dspark.makoto.signing.key=file:${key}`,
          `-Dspark.makoto.dbom.sink=file:${store}`,
          `-Dspark.makoto.spool.dir=${join(HOME, 'spool')}`,
        ]
      : []
    const run = spawnSync(
      'java',
      [
        '-Xmx2g',
        '-XX:+IgnoreUnrecognizedVMOptions',
        ...SPARK_JAVA_OPTIONS,
        `-Dlog4j2.configurationFile=file:${join(HOME, 'log4j2.properties')}`,
        '-Dspark.master=local[2]',
        '-Dspark.app.name=bench',
        '-Dspark.ui.enabled=false',
        '-Dspark.sql.shuffle.partitions=2',
        `-Dspark.sql.warehouse.dir=${join(HOME, 'warehouse')}`,
        ...settings,
        '-cp',
        [join(HOME, 'classes'), spark, ...(agent ? [jar] : [])].join(':'),
        'SparkBench',
        mode,
        String(amount),
        data,
      ],
      { cwd: HOME, encoding: 'utf8', maxBuffer: 1 << 24 },
    )
    const line = run.stdout?.split('\n').find((text) => text.startsWith('{'))
    if (run.status !== 0 || !line)
      throw new Error(`the ${mode} job ${agent ? 'with' : 'without'} agent ended with ${run.status}:\n${run.stderr}`)
    return JSON.parse(line)
  }
}
