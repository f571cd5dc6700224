// Copies the agent's shaded JARs into packages/spark/jars and writes the list of their digests, which travels with them.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './toolchain.mjs'

const LISTENER = join(ROOT, 'packages', 'spark-listener')
const SPARK = join(ROOT, 'packages', 'spark')
const JARS = join(SPARK, 'jars')
const ARTEFACT = /^spark-\d+\.\d+_\d+\.\d+$/

const { version } = JSON.parse(readFileSync(join(SPARK, 'package.json'), 'utf8'))
const modules = readdirSync(LISTENER).filter(
  (name) => ARTEFACT.test(name) && existsSync(join(LISTENER, name, 'pom.xml')),
)
if (modules.length === 0) throw new Error('packages/spark-listener has no module spark-<version>_<scala>')

rmSync(JARS, { recursive: true, force: true })
mkdirSync(JARS)
const lines = modules.sort().map((module) => {
  const name = `makoto-${module}-${version}.jar`
  copyFileSync(join(LISTENER, module, 'target', name), join(JARS, name))
  return `${createHash('sha256')
    .update(readFileSync(join(JARS, name)))
    .digest('hex')}  ${name}\n`
})
writeFileSync(join(JARS, 'SHA256SUMS'), lines.join(''))
