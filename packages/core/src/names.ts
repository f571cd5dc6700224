import { sha256Hex, workingDirectory } from '#platform'
import { encodeUtf8, hasLoneSurrogate } from './encoding.ts'
import { MakotoError } from './errors.ts'

export interface NameOptions {
  /** Absolute directory that relative paths are taken from. Default: the process's own. */
  readonly base?: string
}

const PREFIX = 'dataset:'
const MAX_LENGTH = 8192

/**
 * The name of the dataset at a path or URI: `dataset:s3://curated/orders`, `dataset:file:/lake/orders`.
 *
 * Works on the string alone, so that every language arrives at the same name:
 *
 * - The path is text, as in Hadoop's `Path.toString()`: a percent sign is a character like any other, never decoded and
 *   never made. Whoever holds an encoded URI (`java.net.URI.toString()`, a `file:` URL) decodes it first, once.
 * - Credentials go, and so do query and fragment. A local path has neither (RFC 8089): there `?` and `#` are text.
 * - Empty segments, `.` and `..` are resolved, as Hadoop does; no slash at the end. Case is kept, but for the scheme.
 * - After `dataset:`, what is neither a URI nor an absolute path is a logical name (`dataset:catalog.schema.table`).
 *
 * @throws MakotoError `name-invalid`
 * @see FORMATS §2
 */
export function datasetName(uriOrPath: string, { base = workingDirectory() }: NameOptions = {}): string {
  refuseUnnameable(uriOrPath)
  const named = uriOrPath.startsWith(PREFIX)
  const location = named ? uriOrPath.slice(PREFIX.length) : uriOrPath
  const uri = splitUri(location)
  if (uri !== undefined)
    return PREFIX + (uri.scheme === 'file' ? localUri(afterLocalHost(uri.rest), base) : remoteUri(uri))
  if (named && !location.startsWith('/')) return PREFIX + logicalName(location)
  return PREFIX + localUri(location, base)
}

/** The local path that a dataset's name stands for; undefined where the dataset is not a local one. */
export function pathOfDatasetName(name: string): string | undefined {
  return name.startsWith(`${PREFIX}file:/`) ? name.slice(`${PREFIX}file:`.length) : undefined
}

/** H of the name's UTF-8 bytes: the directory of its pointers in a store (FORMATS §4). */
export function nameHash(name: string): string {
  return sha256Hex(encodeUtf8(name))
}

interface SplitUri {
  readonly scheme: string
  readonly rest: string
}

/** Schemes that mean nothing without a bucket, a container or a host. */
const NEEDS_AUTHORITY = new Set(['s3', 'gs', 'abfs', 'abfss', 'wasb', 'wasbs', 'http', 'https'])
/** Schemes whose authority is `container@account`, where what precedes the `@` is no credential. */
const NAMES_CONTAINER = new Set(['abfs', 'abfss', 'wasb', 'wasbs'])
const ALIASES: Readonly<Record<string, string>> = { s3a: 's3', s3n: 's3' }

function splitUri(location: string): SplitUri | undefined {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(location)?.[1]
  if (scheme === undefined) return undefined
  const lower = scheme.toLowerCase()
  return {
    scheme: Object.hasOwn(ALIASES, lower) ? (ALIASES[lower] ?? lower) : lower,
    rest: location.slice(scheme.length + 1),
  }
}

function localUri(path: string, base: string): string {
  if (path === '') throw refuse('an empty path')
  return `file:${resolveSegments(path.startsWith('/') ? path : `${base}/${path}`) || '/'}`
}

/** `//localhost/lake` and `///lake` are `/lake`; `//lake` lost a slash, or names another machine. */
function afterLocalHost(rest: string): string {
  if (!rest.startsWith('//')) return rest
  const path = /^\/\/(?:localhost)?(\/.*)$/s.exec(rest)?.[1]
  if (path === undefined) throw refuse('a file URI that names a host', 'Write file:/path or file:///path.')
  return path
}

function remoteUri({ scheme, rest }: SplitUri): string {
  const address = rest.replace(/[?#].*$/s, '')
  if (!address.startsWith('/')) throw refuse(`what follows ${scheme}: does not begin with a slash`)
  const [, written = '', path = ''] = /^(?:\/\/([^/]*))?(.*)$/s.exec(address) ?? []
  const authority = withoutCredentials(scheme, written)
  if (authority === '' && NEEDS_AUTHORITY.has(scheme)) throw refuse(`a ${scheme} URI without bucket or host`)
  const resolved = resolveSegments(path)
  return authority === '' ? `${scheme}:${resolved || '/'}` : `${scheme}://${authority}${resolved}`
}

function withoutCredentials(scheme: string, authority: string): string {
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  const host = authority.slice(at + 1)
  if (!/^(?:\[[0-9A-Fa-f:.]+\]|[^:[\]]*)(?::[0-9]+)?$/.test(host)) throw refuse('an authority that is not host[:port]')
  return at > 0 && NAMES_CONTAINER.has(scheme) && !/[:@]/.test(user) ? `${user}@${host}` : host
}

function resolveSegments(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return kept.map((segment) => `/${segment}`).join('')
}

function logicalName(name: string): string {
  if (name === '') throw refuse('an empty name')
  return name
}

function refuseUnnameable(text: string): void {
  if (text === '') throw refuse('an empty path')
  if (text.length > MAX_LENGTH) throw refuse(`longer than ${MAX_LENGTH} characters`)
  if (hasLoneSurrogate(text)) throw refuse('half of a surrogate pair')
  if (hasControlCharacter(text)) throw refuse('a control character')
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

function refuse(reason: string, hint?: string): MakotoError {
  return new MakotoError('name-invalid', `This cannot name a dataset: ${reason}.`, hint === undefined ? {} : { hint })
}
