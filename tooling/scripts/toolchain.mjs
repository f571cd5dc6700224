// Node and pnpm of the versions this repository is built with, got through npx where the machine has others.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const NODE_MAJOR = 24
const PNPM_VERSION = readManifest().packageManager.replace(/^pnpm@/, '')

/** Arguments travel in this variable, not in the command line that a shell would read again. */
const ARGUMENTS = 'MAKOTO_RUN_ARGUMENTS'

function readManifest() {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
}

/** The arguments handed over by `reexecute`, or undefined in the outer process. */
export function enteredArguments() {
  const text = process.env[ARGUMENTS]
  if (text === undefined) return undefined
  delete process.env[ARGUMENTS]
  for (const name of ['npm_config_package', 'npm_config_call']) delete process.env[name]
  return JSON.parse(text)
}

export function isToolchainRight() {
  if (Number.parseInt(process.versions.node, 10) !== NODE_MAJOR) return false
  const pnpm = spawnSync('pnpm', ['--version'], { cwd: ROOT, encoding: 'utf8' })
  return pnpm.status === 0 && pnpm.stdout.trim() === PNPM_VERSION
}

/**
 * Runs this program again under the right Node and pnpm and answers its exit code. The command that npx passes to a
 * shell is a constant, relative to the repository's root: no argument and no path needs quoting.
 */
export function reexecute(argv, { again }) {
  if (again) {
    process.stderr.write(
      `npx did not bring Node ${NODE_MAJOR} and pnpm ${PNPM_VERSION} (found Node ${process.version}).\n`,
    )
    return 1
  }
  const packages = ['-p', `node@${NODE_MAJOR}`, '-p', `pnpm@${PNPM_VERSION}`]
  const child = spawnSync('npx', ['-y', '--loglevel=error', ...packages, '-c', 'node tooling/scripts/run.mjs'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, [ARGUMENTS]: JSON.stringify(argv) },
  })
  if (child.error) {
    process.stderr.write(`npx could not be started: ${child.error.message}\nInstall npm, which brings npx.\n`)
    return 1
  }
  return child.status ?? 1
}
