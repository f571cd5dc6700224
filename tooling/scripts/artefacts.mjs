// The agent's published artefacts: one module of packages/spark-listener for each Spark and Scala.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './toolchain.mjs'

export const LISTENER = join(ROOT, 'packages', 'spark-listener')
const ARTEFACT = /^spark-(\d+\.\d+)_(\d+\.\d+)$/

/** For each its module, and the Spark and Scala that the module's name says. */
export function listArtefacts(listener = LISTENER) {
  const artefacts = readdirSync(listener)
    .filter((module) => ARTEFACT.test(module) && existsSync(join(listener, module, 'pom.xml')))
    .sort()
    .map((module) => ({ module, spark: ARTEFACT.exec(module)[1], scala: ARTEFACT.exec(module)[2] }))
  if (artefacts.length === 0) throw new Error(`${listener} has no module spark-<version>_<scala>`)
  return artefacts
}
