// What tests read that lies outside the repository. Turbo cannot hash it for its cache: it gets it as the value of a variable.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ROOT } from './toolchain.mjs'

/** Folders beside the repository; the first is elsewhere where MAKOTO_CORPORA says so. */
export const FOLDERS = ['../shared/corpora', '../shared/makoto']

/** Programs without which a test is skipped, or whose version it asks: a skip must not outlive the program's absence. */
const PROGRAMS = ['cosign', 'bao', 'vault', 'softhsm2-util', 'g++', 'openssl', 'javac', 'chromium', 'google-chrome']

/** One variable for all of it: another value wherever a test could end otherwise. */
export function describeSurroundings({ env = process.env, folders = FOLDERS } = {}) {
  const [corpora, ...others] = folders.map((folder) => join(ROOT, folder))
  const hash = createHash('sha256')
  for (const folder of [env.MAKOTO_CORPORA ?? corpora, ...others]) hashFolder(hash, folder)
  for (const name of PROGRAMS) hash.update(`${name}\0${identifyProgram(name, env)}\0`)
  return { MAKOTO_SURROUNDINGS: hash.digest('hex') }
}

function hashFolder(hash, folder) {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true }).sort() : ['absent']
  for (const entry of entries) {
    const path = join(folder, entry)
    hash.update(`${entry}\0`)
    if (existsSync(path) && statSync(path).isFile()) hash.update(readFileSync(path))
  }
}

/** Its file, not its answer: a program that was replaced is seen without being run. */
function identifyProgram(name, env) {
  const path = (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((candidate) => existsSync(candidate))
  if (path === undefined) return 'absent'
  const { size, mtimeMs } = statSync(path)
  return `${realpathSync(path)} ${size} ${mtimeMs}`
}
