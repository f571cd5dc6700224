// What lies in a folder, for a reader: digests cut short, and folders with many files as a number.
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

const MANY = 6

/** Lines for the files below `folder`, by the folder that they lie in; hidden files are not shown. */
export function drawTree(folder) {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
  const groups = Map.groupBy(files, (file) => file.split('/').slice(0, -1).join('/'))
  return [...groups].flatMap(([name, members]) => {
    const shown =
      members.length > MANY ? [`… ${members.length} files`] : members.map((file) => file.slice(name.length + 1))
    return [`${shortenDigests(name)}/`, ...shown.map((file) => `    ${shortenDigests(file)}`)]
  })
}

/** Folders directly below `folder`, each with the number of files in it at any depth. */
export function countFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const inside = readdirSync(join(folder, name), { withFileTypes: true, recursive: true })
      return `${name}/  ${inside.filter((entry) => entry.isFile()).length} files`
    })
}

function shortenDigests(name) {
  return name.replace(/([0-9a-f]{8})[0-9a-f]{56}/g, '$1…')
}
