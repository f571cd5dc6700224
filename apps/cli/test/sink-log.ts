import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The log of a streaming sink, as Spark writes it, with one batch of these files below `root`. */
export function writeSinkLog(root: string, ...paths: string[]): void {
  const listed = paths.map((path) =>
    JSON.stringify({
      path: pathToFileURL(join(root, path)).href,
      size: statSync(join(root, path)).size,
      isDir: false,
      modificationTime: 1_780_000_000_000,
      blockReplication: 1,
      blockSize: 33_554_432,
      action: 'add',
    }),
  )
  mkdirSync(join(root, '_spark_metadata'))
  writeFileSync(join(root, '_spark_metadata/0'), ['v1', ...listed].join('\n'))
}
