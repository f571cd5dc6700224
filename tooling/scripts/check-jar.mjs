// Whether a JAR may travel: asks the program that the agent's own build asks.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LISTENER } from './artefacts.mjs'
import { run } from './child.mjs'

const LEVEL = /<maven\.compiler\.release>(\d+)<\/maven\.compiler\.release>/

/** Says what is wrong with the JAR of `module`, if anything, and answers an exit code. */
export function checkJar(jar, { module, listener = LISTENER }) {
  const level = LEVEL.exec(readFileSync(join(listener, module, 'pom.xml'), 'utf8'))?.[1]
  if (level === undefined) throw new Error(`${module}/pom.xml does not say for which Java it is built`)
  return run('java', [join(listener, 'agent', 'src', 'build', 'CheckJar.java'), jar, level])
}
