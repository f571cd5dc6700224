import * as z from 'zod'
import { decodeUtf8, encodeUtf8 } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { isObjectPath } from './object-path.ts'
import type { StoredObject } from './store.ts'

/** Where a store that cannot list keeps its listing. A hint, as every listing is. @see FORMATS §4 */
export const INDEX_PATH = 'index.jsonl'

const MAX_LINE_BYTES = 4096
/** More than the bytes that are read can hold of whole paths; of short ones they hold more than memory does. */
const MAX_LINES = 2_000_000
export const MAX_INDEX_BYTES = 256 * 1024 * 1024
const lineSchema = z.looseObject({ path: z.string(), size: z.int().nonnegative() })

/** Whether readers would take an index of so many lines and bytes. */
export const fitsIndex = ({ objects, bytes }: { readonly objects: number; readonly bytes: number }) =>
  objects <= MAX_LINES && bytes <= MAX_INDEX_BYTES

/** Producers keep these for themselves, and a listing does not list itself. */
export const isIndexed = ({ path }: StoredObject) => path !== INDEX_PATH && !path.startsWith('indexes/')

export function formatIndexLine({ path, size }: StoredObject): Uint8Array {
  return encodeUtf8(`${JSON.stringify({ path, size })}\n`)
}

/**
 * Reads an index: what no store could hold is passed over, as in every listing, and a line that is none is an error,
 * because half an index would look like a smaller store.
 *
 * @throws MakotoError `store-index-invalid`
 * @see docs/spec/predicates.md index.jsonl
 */
export function parseStoreIndex(bytes: Uint8Array): StoredObject[] {
  const lines = readText(bytes).split('\n', MAX_LINES + 2)
  if (lines.length > MAX_LINES + 1) throw invalid(`it has more than ${MAX_LINES} lines`)
  if (lines.pop() !== '') throw invalid('its last line is cut off')
  const objects = new Map<string, StoredObject>()
  for (const [index, line] of lines.entries()) {
    const object = parseLine(line, index + 1)
    if (isObjectPath(object.path) && isIndexed(object) && !objects.has(object.path)) objects.set(object.path, object)
  }
  return [...objects.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function readText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes)
  } catch (cause) {
    throw invalid('it is not UTF-8', cause)
  }
}

function parseLine(line: string, number: number): StoredObject {
  try {
    const { path, size } = lineSchema.parse(parseJson(encodeUtf8(line), { maxBytes: MAX_LINE_BYTES, maxDepth: 4 }))
    return { path, size }
  } catch (cause) {
    if (isMakotoError(cause) || cause instanceof z.ZodError)
      throw invalid(`line ${number} is not {"path", "size"}`, cause)
    throw cause
  }
}

function invalid(fault: string, cause?: unknown): MakotoError {
  return new MakotoError('store-index-invalid', `${INDEX_PATH} of the store cannot be read: ${fault}.`, {
    cause,
    hint: 'Whoever keeps the store writes it anew: makoto store index.',
  })
}
