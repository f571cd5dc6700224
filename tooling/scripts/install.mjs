// Installs the workspace's dependencies when they are not there or not those of the lockfile.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './child.mjs'
import { ROOT } from './toolchain.mjs'

const STAMP = join(ROOT, 'node_modules', '.makoto-installed')

/** Answers 0, or the exit code of the installation that failed. */
export function installDependencies() {
  const wanted = fingerprintManifests()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return 0
  process.stderr.write('Installing dependencies\n')
  const status = runQuietly('pnpm', ['install', '--frozen-lockfile', '--loglevel=warn'])
  if (status === 0) writeFileSync(STAMP, wanted)
  return status
}

function fingerprintManifests() {
  const hash = createHash('sha256')
  for (const path of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...listManifests()]) {
    hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)))
  }
  return hash.digest('hex')
}

/** Paths of all workspace manifests, relative to the root. */
export function listManifests() {
  return ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .sort()
      .map((name) => `${folder}/${name}/package.json`)
      .filter((path) => existsSync(join(ROOT, path))),
  )
}
