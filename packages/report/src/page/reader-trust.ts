import {
  decodeUtf8,
  encodeUtf8,
  isMakotoError,
  MakotoError,
  type Policy,
  parsePublicKey,
  parseTimestampAuthorities,
  parseTrustedRoot,
  readPolicy,
  type Trust,
} from '@makoto/core/verify'

/** Whom the reader believes, and what the reader asks: only what the reader brought, never anything that the page carries. */
export interface ReaderTrust {
  readonly trust: Trust
  readonly policy?: Policy
}

export const NOBODY: ReaderTrust = { trust: { keys: [], timestampAuthorities: [] } }

export interface DroppedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface Taken {
  readonly reader: ReaderTrust
  /** What each file was, or why it was not taken. */
  readonly said: readonly string[]
}

export const MAX_FILE_BYTES = 1024 * 1024

/** Takes what was dropped together. A policy names all whom its reader believes: beside one, nothing else adds to them. */
export async function takeFiles(before: ReaderTrust, files: readonly DroppedFile[]): Promise<Taken> {
  const twice = files.filter(({ name }) => files.filter((file) => file.name === name).length > 1)
  if (twice.length > 0)
    return refuseAll(before, files, 'two of these files have one name, and only the name tells which is meant')
  const policies = files.filter(({ name }) => isPolicy(name))
  if (before.policy !== undefined)
    return refuseAll(before, files, 'your policy names all whom you believe: reload the page to change it')
  return policies.length > 0 ? takePolicy(before, policies, files) : takeEach(before, files)
}

const isPolicy = (name: string) => /\.ya?ml$|policy\.json$/.test(name)

function refuseAll(reader: ReaderTrust, files: readonly DroppedFile[], why: string): Taken {
  return { reader, said: files.map(({ name }) => `${name} was not taken: ${why}`) }
}

function takeEach(before: ReaderTrust, files: readonly DroppedFile[]): Taken {
  let { trust } = before
  const said = files.map(({ name, bytes }) => {
    try {
      if (bytes.length > MAX_FILE_BYTES) throw new MakotoError('limit-exceeded', 'it is larger than a key can be')
      const taken = addTrust(trust, bytes)
      trust = taken.trust
      return `${name}: ${taken.added}`
    } catch (error) {
      if (isMakotoError(error)) return `${name} was not taken: ${error.message}`
      throw error
    }
  })
  return { reader: { ...before, trust }, said }
}

/** Of several policies the one counts that extends all others; what was dropped before it no longer does. */
async function takePolicy(
  before: ReaderTrust,
  policies: readonly DroppedFile[],
  files: readonly DroppedFile[],
): Promise<Taken> {
  const read = await Promise.allSettled(policies.map((file) => readDropped(file, files)))
  const [failed] = read.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  const whole = read
    .flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    .find(({ used }) => policies.every(({ name }) => used.has(name)))
  if (whole === undefined) {
    if (failed !== undefined && !isMakotoError(failed)) throw failed
    return refuseAll(before, files, failed?.message ?? 'none of these policies extends all the others: drop one')
  }
  return {
    reader: { trust: whole.policy.trust, policy: whole.policy },
    said: files.map(({ name }) => tellUse(name, whole)),
  }
}

function tellUse(file: string, { name, policy, used }: Awaited<ReturnType<typeof readDropped>>): string {
  if (file === name) return `${file}: a policy (rules: ${policy.rules.length}), and all whom it trusts`
  if (used.has(file)) return `${file}: read, because the policy names it`
  return `${file} was not taken: the policy does not name it`
}

/** A browser tells names and no folders: two places that end alike cannot be told apart. */
async function readDropped({ name }: DroppedFile, files: readonly DroppedFile[]) {
  const used = new Map<string, string>()
  const policy = await readPolicy(name, {
    resolve: resolvePath,
    async read(place, maxBytes) {
      const last = place.split('/').at(-1) ?? place
      const found = files.find((file) => file.name === last)
      if (found === undefined || found.bytes.length > maxBytes)
        throw new MakotoError('policy-invalid', `the policy names ${place}: drop that file together with it`)
      if ((used.get(last) ?? place) !== place)
        throw new MakotoError('policy-invalid', `${place} and ${used.get(last)} cannot be told apart here`)
      used.set(last, place)
      return found.bytes
    },
  })
  return { name, policy, used }
}

function resolvePath(reference: string, from: string): string {
  const path: string[] = []
  for (const part of [...from.split('/').slice(0, -1), ...reference.split('/')])
    if (part === '..' && path.length > 0 && path.at(-1) !== '..') path.pop()
    else if (part !== '.') path.push(part)
  return path.join('/')
}

function addTrust(trust: Trust, bytes: Uint8Array): { trust: Trust; added: string } {
  const text = bytes[0] === 0x30 ? '' : decodeUtf8(bytes)
  if (text.includes('PRIVATE KEY'))
    throw new MakotoError('key-invalid', 'this is a private key: give it to nobody, drop the public one')
  if (text.includes('BEGIN PUBLIC KEY')) {
    const key = parsePublicKey(text)
    return { trust: { ...trust, keys: [...trust.keys, key] }, added: `the key ${key.id}` }
  }
  if (text.trimStart().startsWith('{')) return addTrustedRoot(trust, encodeUtf8(text))
  const authorities = parseTimestampAuthorities(bytes)
  return {
    trust: { ...trust, timestampAuthorities: [...trust.timestampAuthorities, ...authorities] },
    added: authorities.map(({ name }) => `the timestamp authority ${name}`).join(', '),
  }
}

function addTrustedRoot(trust: Trust, bytes: Uint8Array): { trust: Trust; added: string } {
  const root = parseTrustedRoot(bytes)
  const { timestampAuthorities, transparencyLogs } = root
  return {
    trust: {
      ...trust,
      timestampAuthorities: [...trust.timestampAuthorities, ...timestampAuthorities],
      certificateAuthorities: [...(trust.certificateAuthorities ?? []), ...root.certificateAuthorities],
      transparencyLogs: [...(trust.transparencyLogs ?? []), ...transparencyLogs],
      certificateLogs: [...(trust.certificateLogs ?? []), ...root.certificateLogs],
    },
    added: `a trusted root (timestamp authorities: ${timestampAuthorities.length}, logs: ${transparencyLogs.length})`,
  }
}
