import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** A line as Spark's FileStreamSinkLog writes it of a file below `root`, but for what is changed in it. */
export function sinkLogLine(root: string, path: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    path: pathToFileURL(`${root}/${path}`).href,
    size: statSync(`${root}/${path}`, { throwIfNoEntry: false })?.size ?? 0,
    isDir: false,
    modificationTime: 1_780_000_000_000,
    blockReplication: 1,
    blockSize: 33_554_432,
    action: 'add',
    ...changes,
  })
}
