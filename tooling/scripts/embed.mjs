// The build of @makoto/spark: its JARs are those of packages/spark-listener, under its own version.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { embedJars } from './embed-jars.mjs'
import { ROOT } from './toolchain.mjs'

const SPARK = join(ROOT, 'packages', 'spark')
const { version } = JSON.parse(readFileSync(join(SPARK, 'package.json'), 'utf8'))
process.exitCode = embedJars({ jars: join(SPARK, 'jars'), version })
