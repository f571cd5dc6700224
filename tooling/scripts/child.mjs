// Child processes of the root scripts: arguments as lists, never through a shell; no telemetry, no remote cache.
import { spawnSync } from 'node:child_process'
import { ROOT } from './toolchain.mjs'

const QUIET = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }
/** CI is taken for a terminal with colours by some programs; a log file shows them as noise. */
const PLAIN = process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }

/** Runs a program to its end with our own streams and answers its exit code. */
export function run(program, args, { cwd = ROOT, env = {} } = {}) {
  const child = spawnSync(program, args, { cwd, stdio: 'inherit', env: { ...process.env, ...QUIET, ...PLAIN, ...env } })
  if (child.error) process.stderr.write(`${program} could not be started: ${child.error.message}\n`)
  return child.status ?? 1
}

/** Like `run`, but shows the output only when the program failed. */
export function runQuietly(program, args, { cwd = ROOT, env = {} } = {}) {
  const child = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ...QUIET, ...PLAIN, ...env },
  })
  if (child.error) process.stderr.write(`${program} could not be started: ${child.error.message}\n`)
  if (child.status !== 0) process.stderr.write(`${child.stdout ?? ''}${child.stderr ?? ''}`)
  return child.status ?? 1
}

/** A program that the workspace's own dependencies bring. */
export function runTool(name, args, options) {
  return run('pnpm', ['exec', name, ...args], options)
}

/** Tasks of turbo.json, in every package that has them; packages in turn, because the machine may have two cores. */
export function runTasks(tasks, { filters = [], quiet = false, env } = {}) {
  const options = [
    '--concurrency=1',
    '--ui=stream',
    '--log-order=stream',
    '--log-prefix=none',
    '--cache=local:rw',
    PLAIN.NO_COLOR ? '--no-color' : '--color',
    '--continue=dependencies-successful',
  ]
  const logs = `--output-logs=${quiet ? 'errors-only' : 'new-only'}`
  const args = ['exec', 'turbo', 'run', ...tasks, ...options, logs, ...filters.map((filter) => `--filter=${filter}`)]
  return (quiet ? runQuietly : run)('pnpm', args, { env })
}
