// The cosign that somebody has installed: one that nobody has to build.
import { spawnSync } from 'node:child_process'

/** Its place and its version; undefined where there is none on the PATH. */
export function findInstalledCosign(env = process.env) {
  const asked = spawnSync('sh', ['-c', 'command -v cosign && cosign version 2>&1'], { encoding: 'utf8', env })
  if (asked.status !== 0) return undefined
  const [path, ...words] = asked.stdout.split('\n')
  const [, version] = /GitVersion:\s+v?(\d+\S*)/.exec(words.join('\n')) ?? []
  return { path, version: version ?? 'of no known version' }
}
