import { encodeUtf8, hasLoneSurrogate } from '../encoding.ts'
import { MakotoError } from '../errors.ts'

const MAX_BYTES = 1024

/**
 * Refuses what could leave the store's root, hide from listings, or exist on one kind of store only.
 *
 * @see FORMATS §4
 */
export function checkObjectPath(path: string): void {
  const fault = faultOfObjectPath(path)
  if (fault !== undefined)
    throw new MakotoError('store-path-invalid', `The store path ${JSON.stringify(path)} ${fault}.`)
}

/** What a listing shows: a name that this store could not have written is none of its objects. */
export function isObjectPath(path: string): boolean {
  return faultOfObjectPath(path) === undefined
}

/** A prefix is a path that may stop anywhere, after a slash too. */
export function checkObjectPrefix(prefix: string): void {
  if (prefix !== '') checkObjectPath(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix)
}

function faultOfObjectPath(path: string): string | undefined {
  if (hasLoneSurrogate(path) || /\p{Cc}/u.test(path)) return 'holds a character that no path may'
  // HDFS refuses a colon, Windows a backslash.
  if (/[\\:]/.test(path)) return 'holds a colon or a backslash'
  if (/(?:^|\/)(?:\/|$)/.test(path)) return 'is empty, absolute, or has an empty segment'
  if (/(?:^|\/)\./.test(path)) return 'has a segment that begins with a dot'
  return encodeUtf8(path).length > MAX_BYTES ? `is longer than ${MAX_BYTES} bytes` : undefined
}
