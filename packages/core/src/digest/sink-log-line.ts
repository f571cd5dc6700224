import * as z from 'zod'
import type { JsonValue } from '../canonical-json.ts'
import { encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import { parseJson } from '../parse-json.ts'

const MAX_LINE_BYTES = 64 * 1024

/** All that Spark writes of a file. It reads by what stands here and asks the file system nothing. */
const sinkFileSchema = z.looseObject({
  path: z.string().min(1),
  size: z.int().nonnegative(),
  isDir: z.boolean(),
  modificationTime: z.int(),
  blockReplication: z.int(),
  blockSize: z.int(),
  action: z.string(),
})

export interface SinkFile {
  /** Relative to the root, as a manifest has it. */
  readonly path: string
  /** How many of its bytes Spark reads. */
  readonly size: number
}

/**
 * One line of a sink's log. Spark writes additions of files and nothing else; a line that says `delete` it reads as one
 * more addition, and a file that is called a directory it leaves out.
 *
 * @throws MakotoError `sink-log-invalid`
 */
export function parseSinkLine(root: string, batch: string, line: string): SinkFile {
  const entry = sinkFileSchema.safeParse(readJson(batch, line))
  if (!entry.success) throw invalidSinkLog(`${batch} holds a line that is not a file`, entry.error)
  const { path, size, isDir, action } = entry.data
  if (action !== 'add') throw invalidSinkLog(`${batch} says ${JSON.stringify(action)} of ${path}: Spark only adds`)
  if (isDir) throw invalidSinkLog(`${batch} calls ${path} a directory`)
  return { path: relativePath(root, path), size }
}

function readJson(batch: string, line: string): JsonValue {
  try {
    return parseJson(encodeUtf8(line), { maxBytes: MAX_LINE_BYTES, maxDepth: 4 })
  } catch (cause) {
    throw invalidSinkLog(`${batch} holds a line that is not JSON`, cause)
  }
}

/**
 * The log has absolute, percent-encoded URIs, decoded here, once, as `names.ts` asks. Spark finds a file by the very
 * path: over another way to the same directory, be it a link or `..`, it finds none, or another one.
 */
function relativePath(root: string, uri: string): string {
  const encoded = /^file:(?:\/\/)?(\/[^?#]*)$/.exec(uri)?.[1]
  const path = encoded === undefined ? undefined : decodePath(uri, encoded)
  const place = pathOfDatasetName(datasetName(root))
  if (path === undefined || hasOddSegment(path) || !path.startsWith(`${place}/`))
    throw invalidSinkLog(`it names ${uri}, which is not in ${place}`)
  return path.slice(`${place}/`.length)
}

/** Empty, `.` or `..`. */
const hasOddSegment = (path: string) => /\/\.{0,2}(?:\/|$)/.test(path)

function decodePath(uri: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch (cause) {
    throw invalidSinkLog(`it names ${uri}, which is badly encoded`, cause)
  }
}

export function invalidSinkLog(reason: string, cause?: unknown): MakotoError {
  return new MakotoError('sink-log-invalid', `The log in _spark_metadata cannot be followed: ${reason}.`, {
    cause,
    hint: 'A directory that a stream wrote is read where the stream wrote it; a copy needs a new batch job.',
  })
}
