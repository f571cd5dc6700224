// What verification is compared with: real programs of Sigstore, built by Go once, into the user's cache.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const PROGRAMS = {
  cosign: 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3',
  'timestamp-server': 'github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server@v2.1.3',
  'rekor-server': 'github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix@v2.3.0',
}

/** The directory of the programs, built where they are not there yet; or why there are none. */
export function prepareInterop({ env = process.env } = {}) {
  const home = join(cacheHome(env), 'makoto', 'interop', hashOf(PROGRAMS))
  const missing = Object.keys(PROGRAMS).filter((name) => !existsSync(join(home, name)))
  if (missing.length > 0 && !hasGo()) return { reason: 'Go is not on the PATH' }
  mkdirSync(home, { recursive: true })
  for (const name of missing) {
    process.stdout.write(`building ${PROGRAMS[name]}, once\n`)
    const fault = build(home, name, env)
    if (fault) return { reason: fault }
  }
  return { home }
}

function build(home, name, env) {
  const bin = mkdtempSync(join(home, '.build-'))
  const go = spawnSync('go', ['install', PROGRAMS[name]], {
    encoding: 'utf8',
    env: { ...env, GOBIN: bin, CGO_ENABLED: '0' },
  })
  const [program] = go.status === 0 ? readdirSync(bin) : []
  if (program) renameSync(join(bin, program), join(home, name))
  rmSync(bin, { recursive: true, force: true })
  return program ? undefined : `Go could not build ${PROGRAMS[name]}: ${(go.stderr ?? '').trim().split('\n').at(-1)}`
}

const cacheHome = (env) => env.XDG_CACHE_HOME || join(homedir(), '.cache')
const hasGo = () => spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
const hashOf = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
