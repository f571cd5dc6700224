// The two commands of the demo, as files that a user can put on PATH: makoto, and Spark from Maven's jars alone.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { SPARK_JAVA_OPTIONS } from '../spark-java.mjs'
import { ROOT } from '../toolchain.mjs'

const CLI = 'apps/cli/dist/main.js'
const CLASSPATH = 'packages/spark-listener/spark-3.5_2.12/target/classpath.txt'

export function writeLaunchers(bin, scratch) {
  for (const path of [CLI, CLASSPATH])
    if (!existsSync(join(ROOT, path))) throw new Error(`${path} is missing: npm run build`)
  const toRoot = relative(bin, ROOT)
  const here = `cd "$(dirname "$0")/${toRoot}" && ROOT=$PWD && cd "$OLDPWD"`
  mkdirSync(bin, { recursive: true })
  mkdirSync(scratch, { recursive: true })
  writeScript(join(bin, 'makoto'), ['#!/bin/sh', here, `exec node "$ROOT/${CLI}" "$@"`])
  writeScript(join(bin, 'spark-submit'), [
    '#!/bin/sh',
    here,
    `SCRATCH="$ROOT/${relative(ROOT, scratch)}"`,
    'export SPARK_LOCAL_DIRS="$SCRATCH" SPARK_LOCAL_IP=127.0.0.1',
    `exec java -Xmx1g ${SPARK_JAVA_OPTIONS.join(' ')} \\`,
    '  -Djava.io.tmpdir="$SCRATCH" -Dlog4j2.configurationFile="$ROOT/examples/flights/log4j2.properties" \\',
    `  -cp "$(cat "$ROOT/${CLASSPATH}")" org.apache.spark.deploy.SparkSubmit "$@"`,
  ])
}

function writeScript(path, lines) {
  writeFileSync(path, `${lines.join('\n')}\n`)
  chmodSync(path, 0o755)
}
