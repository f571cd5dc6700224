// Somebody else's data: penguins of the Palmer Archipelago, as the Python package palmerpenguins ships them (data CC0).
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fetchArchive, requireSuccess } from '../demo/pinned-archive.mjs'

const WHEEL = 'palmerpenguins-0.1.6-py3-none-any.whl'

/** Puts the CSV file where `path` says; downloads only what `cache` does not hold. */
export function layPenguins(path, cache) {
  const requirements = 'examples/penguins/data-requirements.txt'
  const wheel = fetchArchive(WHEEL, { requirements, cache, form: ['--only-binary', ':all:'] })
  const data = join(cache, 'palmerpenguins', 'data', 'penguins.csv')
  if (!existsSync(data)) requireSuccess('python3', ['-m', 'zipfile', '-e', wheel, cache])
  mkdirSync(dirname(path), { recursive: true })
  copyFileSync(data, path)
}
