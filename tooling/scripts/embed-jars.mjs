// Copies the agent's shaded JARs to where they are published, and writes the list of their digests, which travels with them.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LISTENER, listArtefacts } from './artefacts.mjs'
import { checkJar } from './check-jar.mjs'

/** Answers an exit code; where any JAR may not travel, none does, and those of an earlier build are gone. */
export function embedJars({ listener = LISTENER, jars, version }) {
  rmSync(jars, { recursive: true, force: true })
  const built = listArtefacts(listener).map(({ module }) => {
    const name = `makoto-${module}-${version}.jar`
    return { module, name, path: join(listener, module, 'target', name) }
  })
  // Again, although each module's own pom does it: a module could forget, and nothing would be amiss.
  const refused = built.filter(({ module, path }) => checkJar(path, { module, listener }) !== 0)
  if (refused.length > 0) return 1
  mkdirSync(jars)
  for (const { name, path } of built) copyFileSync(path, join(jars, name))
  writeFileSync(join(jars, 'SHA256SUMS'), built.map(({ name }) => `${digestOf(join(jars, name))}  ${name}\n`).join(''))
  return 0
}

function digestOf(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
