// What a package's tests import and read, as their sources say it: paths from the repository's root.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ROOT } from '../scripts/toolchain.mjs'

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']*)'/g
/** What stands before a placeholder is a folder of which anything may be read. */
const READ = /new URL\(\s*['`]([^'`$]*)[^'`]*['`],\s*import\.meta\.url/g

/** Every file of the repository, as git lists it. */
export function listFiles() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  return listed
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)))
}

/** From these files on, through whatever they import by a path: what is imported, and what is read (`folder/` for all below). */
export function followReferences(files) {
  const [imported, read] = [new Set(files), new Set()]
  for (const file of imported) {
    if (!/\.(ts|mjs)$/.test(file) || !existsSync(join(ROOT, file))) continue
    const text = readFileSync(join(ROOT, file), 'utf8')
    for (const [, specifier] of text.matchAll(IMPORT)) imported.add(join(dirname(file), specifier))
    for (const [, reference] of text.matchAll(READ)) read.add(resolveReference(file, reference))
  }
  return { imported: [...imported], read: [...read] }
}

function resolveReference(file, reference) {
  const folder = pathToFileURL(join(ROOT, file))
  return relative(ROOT, fileURLToPath(new URL(reference, folder))) + (/(^|\/)(\.\.?)?$/.test(reference) ? '/' : '')
}
