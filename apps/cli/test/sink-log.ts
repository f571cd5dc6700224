import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sinkLogLine } from '../../../packages/core/test/sink-log-line.ts'

/** The log of a streaming sink, as Spark writes it, with one batch of these files below `root`. */
export function writeSinkLog(root: string, ...paths: string[]): void {
  mkdirSync(join(root, '_spark_metadata'))
  writeFileSync(join(root, '_spark_metadata/0'), ['v1', ...paths.map((path) => sinkLogLine(root, path))].join('\n'))
}
