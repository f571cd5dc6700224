// What verification is compared with: real programs of Sigstore, built by Go once, into the user's cache.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { findInstalledCosign } from './installed-cosign.mjs'

const PROGRAMS = {
  cosign: 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3',
  'timestamp-server': 'github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server@v2.1.3',
  'rekor-server': 'github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix@v2.3.0',
}

/** They run for a second each: what the optimizer would take is a quarter of the build, and no test would be faster by it. */
const QUICKLY = ['-gcflags=all=-N -l', '-ldflags=-s -w']

/** With what the builder ends where Go could not build: it has said why. */
export const UNBUILT = 3

/** The directory of the programs, and the names of those that are not there yet. */
export function locateInterop(env = process.env) {
  const home = join(cacheHome(env), 'makoto', 'interop', hashOf(PROGRAMS))
  return { home, missing: Object.keys(PROGRAMS).filter((name) => !existsSync(join(home, name))) }
}

export function hasGo(env = process.env) {
  return spawnSync('go', ['version'], { stdio: 'ignore', env }).status === 0
}

/** Builds what is missing, one after another, and says so; answers what Go could not do, in words. */
export async function buildInterop({ env = process.env, signal } = {}) {
  const { home, missing } = locateInterop(env)
  mkdirSync(home, { recursive: true })
  for (const name of missing) {
    if (signal?.aborted) return 'it was ended before all programs were built'
    process.stdout.write(`building ${PROGRAMS[name]}, once\n`)
    const fault = await build(home, name, { env, signal })
    if (fault !== undefined) return `Go could not build ${PROGRAMS[name]}: ${fault}`
  }
}

async function build(home, name, { env, signal }) {
  const bin = mkdtempSync(join(home, '.build-'))
  try {
    const fault = copyInstalled(name, bin, env)
      ? undefined
      : await install(PROGRAMS[name], { env: { ...env, GOBIN: bin, CGO_ENABLED: '0' }, signal })
    const [program] = fault === undefined ? readdirSync(bin) : []
    if (program !== undefined) renameSync(join(bin, program), join(home, name))
    return program === undefined ? (fault ?? 'it left no program') : undefined
  } finally {
    rmSync(bin, { recursive: true, force: true })
  }
}

/** A copy: what is installed may be another version tomorrow. */
function copyInstalled(name, bin, env) {
  if (name !== 'cosign') return false
  const installed = findInstalledCosign(env)
  if (`v${installed?.version}` !== PROGRAMS[name].split('@')[1]) return false
  const copy = join(bin, name)
  copyFileSync(installed.path, copy)
  // A launcher that looks for the program beside itself is nothing without its place.
  const isWhole = findInstalledCosign({ ...env, PATH: [bin, env.PATH].join(delimiter) })?.version === installed.version
  if (isWhole) process.stdout.write(`${installed.path} is that version\n`)
  else rmSync(copy)
  return isWhole
}

/** Resolves to the last line of what went wrong. Go is a group of processes, its compilers with it: they end together. */
function install(module, { env, signal }) {
  const go = spawn('go', ['install', ...QUICKLY, module], { env, stdio: ['ignore', 'inherit', 'pipe'], detached: true })
  const end = () => process.kill(-go.pid, 'SIGTERM')
  signal?.addEventListener('abort', end)
  let words = ''
  go.stderr.on('data', (chunk) => {
    words = `${words}${chunk}`.slice(-4096)
  })
  return new Promise((resolve) => {
    go.on('error', (error) => resolve(error.message))
    go.on('close', (code) =>
      resolve(code === 0 ? undefined : words.trim().split('\n').at(-1) || `it ended with ${code}`),
    )
  }).finally(() => signal?.removeEventListener('abort', end))
}

const cacheHome = (env) => env.XDG_CACHE_HOME || join(homedir(), '.cache')
const hashOf = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
