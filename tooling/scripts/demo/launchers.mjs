// The two commands of the demo, as files that a user can put on PATH: makoto, and Spark from Maven's jars alone.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT } from '../toolchain.mjs'

const CLI = 'apps/cli/dist/main.js'
const CLASSPATH = 'packages/spark-listener/spark-3.5_2.12/target/classpath.txt'

/** What Spark 3.5 asks of a Java 17 runtime. */
const OPENED = ['java.lang', 'java.lang.invoke', 'java.lang.reflect', 'java.io', 'java.net', 'java.nio', 'java.util']
  .concat([
    'java.util.concurrent',
    'java.util.concurrent.atomic',
    'sun.nio.ch',
    'sun.nio.cs',
    'sun.security.action',
    'sun.util.calendar',
  ])
  .map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`)
  .join(' ')

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
    `exec java -Xmx1g ${OPENED} \\`,
    '  -Djava.io.tmpdir="$SCRATCH" -Dlog4j2.configurationFile="$ROOT/examples/flights/log4j2.properties" \\',
    `  -cp "$(cat "$ROOT/${CLASSPATH}")" org.apache.spark.deploy.SparkSubmit "$@"`,
  ])
}

function writeScript(path, lines) {
  writeFileSync(path, `${lines.join('\n')}\n`)
  chmodSync(path, 0o755)
}
