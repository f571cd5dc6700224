// What lies in a folder, for a reader: a tree with digests cut short, and the number of files where there are many.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const MANY = 6
/** Rooms of a store that a first look need not enter. */
const FOLDED = ['indexes', 'names', 'manifests']

/** Lines for what lies below `folder`, hidden files aside; a folder with many entries is one line. */
export function drawTree(folder) {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name))
  return entries.flatMap((entry, index) => {
    const [branch, below] = index === entries.length - 1 ? ['└── ', '    '] : ['├── ', '│   ']
    if (!entry.isDirectory()) return [`${branch}${shortenDigests(entry.name)}`]
    const inside = join(folder, entry.name)
    const label = `${branch}${shortenDigests(entry.name)}/`
    if (FOLDED.includes(entry.name) || hasMany(inside)) return [`${label}  ${countFiles(inside)} files`]
    return [label, ...drawTree(inside).map((line) => `${below}${line}`)]
  })
}

/** Lines with each SHA-256 in them cut to eight digits. */
export function shortenDigests(text) {
  return text.replace(/(?<![0-9a-f])([0-9a-f]{8})[0-9a-f]{56}(?![0-9a-f])/g, '$1…')
}

function hasMany(folder) {
  return readdirSync(folder).filter((name) => !name.startsWith('.')).length > MANY
}

function countFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith('.'),
  ).length
}
