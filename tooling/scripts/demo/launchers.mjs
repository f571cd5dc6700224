// The commands of the demo, as files that a user can put on PATH: makoto, and Spark from Maven's jars alone.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { SPARK_JAVA_OPTIONS } from '../spark-java.mjs'
import { ROOT } from '../toolchain.mjs'

const CLI = 'apps/cli/dist/main.js'
const LOGGING = 'examples/flights/log4j2.properties'
const DRIVER_CLASS_PATH = 'spark.driver.extraClassPath'

export function writeMakoto(bin) {
  requireBuilt(CLI)
  writeScript(bin, 'makoto', [`exec node "$ROOT/${CLI}" "$@"`])
}

/**
 * `spark-submit` of the Spark for which `module` is built; what it keeps for itself lies in `scratch`.
 *
 * As Spark's own launcher it reads the driver's class path, which has to stand when the driver's JVM starts.
 */
export function writeSparkSubmit(bin, { module, scratch }) {
  const classPath = classPathOf(module)
  requireBuilt(classPath)
  mkdirSync(scratch, { recursive: true })
  writeScript(bin, 'spark-submit', [
    `SCRATCH="$ROOT/${relative(ROOT, scratch)}"`,
    'export SPARK_LOCAL_DIRS="$SCRATCH" SPARK_LOCAL_IP=127.0.0.1',
    'MORE=',
    'for WORD; do',
    '  case "$BEFORE $WORD" in',
    `    "--properties-file "*) MORE=$(sed -n 's/^${DRIVER_CLASS_PATH}[ =]//p' "$WORD") ;;`,
    `    "--conf ${DRIVER_CLASS_PATH}="*) MORE=\${WORD#*=} ;;`,
    '  esac',
    '  BEFORE=$WORD',
    'done',
    `exec java -Xmx1g ${SPARK_JAVA_OPTIONS.join(' ')} \\`,
    `  -Djava.io.tmpdir="$SCRATCH" -Dlog4j2.configurationFile="$ROOT/${LOGGING}" \\`,
    `  -cp "\${MORE:+$MORE:}$(cat "$ROOT/${classPath}")" org.apache.spark.deploy.SparkSubmit "$@"`,
  ])
}

/** The file that holds the class path of the Spark for which `module` is built. */
export function classPathOf(module) {
  return `packages/spark-listener/${module}/target/classpath.txt`
}

function requireBuilt(path) {
  if (!existsSync(join(ROOT, path))) throw new Error(`${path} is missing: npm run build`)
}

function writeScript(bin, name, lines) {
  const here = `cd "$(dirname "$0")/${relative(bin, ROOT)}" && ROOT=$PWD && cd "$OLDPWD"`
  const path = join(bin, name)
  mkdirSync(bin, { recursive: true })
  writeFileSync(path, `${['#!/bin/sh', here, ...lines].join('\n')}\n`)
  chmodSync(path, 0o755)
}
