import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { env, execPath } from 'node:process'

const LIBRARIES = [
  env.SOFTHSM2_MODULE ?? '',
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

export const SOFT_TOKEN_PIN = '648219'

/** A SoftHSM2 token with keys that were made outside of it, so that the test knows their public halves. */
export interface SoftToken {
  readonly modulePath: string
  readonly folder: string
  /** PEM by label. */
  readonly publicPem: Readonly<Record<string, string>>
  readonly close: () => void
}

/** Why no token can be made here; undefined where it can. */
export function whyNoSoftToken(): string | undefined {
  if (findLibrary() === undefined) return 'SoftHSM2 is not installed'
  try {
    buildAddon()
    createRequire(import.meta.url)('pkcs11js')
  } catch (error) {
    return `the package pkcs11js does not load: ${String(error).split('\n')[0]}`
  }
  return undefined
}

/** What `npm install pkcs11js` does by node-gyp: this workspace runs no package's build scripts. */
function buildAddon(): void {
  const folder = dirname(createRequire(import.meta.url).resolve('pkcs11js/package.json'))
  const target = join(folder, 'build/Release/pkcs11.node')
  if (existsSync(target)) return
  mkdirSync(dirname(target), { recursive: true })
  const headers = [join(dirname(dirname(execPath)), 'include/node'), '/usr/include/node'].find(existsSync) ?? ''
  const sources = ['dl', 'common', 'main'].map((name) => join(folder, `src/${name}.cpp`))
  const build = mkdtempSync(join(dirname(target), 'build-'))
  const includes = [`-I${headers}`, `-I${join(folder, 'includes')}`, '-DNAPI_DISABLE_CPP_EXCEPTIONS']
  const built = join(build, 'pkcs11.node')
  execFileSync('g++', ['-shared', '-fPIC', '-std=c++17', ...includes, ...sources, '-o', built], { stdio: 'pipe' })
  // Complete or not at all, whoever else builds it.
  renameSync(built, target)
  rmSync(build, { recursive: true })
}

/** Keys get the ids 01, 02, … in their order. */
export function makeSoftToken(keys: readonly { label: string; type: 'P-256' | 'P-384' | 'Ed25519' }[]): SoftToken {
  const folder = mkdtempSync(join(tmpdir(), 'makoto-token-'))
  mkdirSync(join(folder, 'tokens'))
  writeFileSync(join(folder, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`)
  const before = env.SOFTHSM2_CONF
  // The library reads it once, when it is loaded: one token a worker.
  env.SOFTHSM2_CONF = join(folder, 'softhsm2.conf')
  softhsm('--init-token', '--free', '--label', 'makoto', '--so-pin', '1234', '--pin', SOFT_TOKEN_PIN)
  // Nobody logs in to this one: a process that has logged in to a token once is not asked again.
  softhsm('--init-token', '--free', '--label', 'locked', '--so-pin', '1234', '--pin', SOFT_TOKEN_PIN)
  const publicPem: Record<string, string> = {}
  keys.forEach(({ label, type }, at) => {
    const { privateKey, publicKey } =
      type === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: type })
    const path = join(folder, `${at}.pem`)
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }))
    softhsm('--import', path, '--token', 'makoto', '--label', label, '--id', `0${at + 1}`, '--pin', SOFT_TOKEN_PIN)
    publicPem[label] = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  })
  return {
    modulePath: findLibrary() ?? '',
    folder,
    publicPem,
    close() {
      if (before === undefined) delete env.SOFTHSM2_CONF
      else env.SOFTHSM2_CONF = before
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const findLibrary = () => LIBRARIES.find((path) => path !== '' && existsSync(path))

const softhsm = (...args: string[]) => execFileSync('softhsm2-util', args, { stdio: 'pipe' })
