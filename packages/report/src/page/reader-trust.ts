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

const MAX_FILE_BYTES = 1024 * 1024

/** Takes what was dropped together: a policy finds the files that it names among them. */
export async function takeFiles(before: ReaderTrust, files: readonly DroppedFile[]): Promise<Taken> {
  let reader = before
  const said: string[] = []
  for (const file of files)
    try {
      const taken = await takeFile(reader, file, files)
      reader = taken.reader
      said.push(`${file.name}: ${taken.added}`)
    } catch (error) {
      if (!isMakotoError(error)) throw error
      said.push(`${file.name} was not taken: ${error.message}`)
    }
  return { reader, said }
}

async function takeFile(reader: ReaderTrust, { name, bytes }: DroppedFile, files: readonly DroppedFile[]) {
  if (bytes.length > MAX_FILE_BYTES) throw new MakotoError('limit-exceeded', 'the file is larger than a key can be')
  if (/\.ya?ml$|policy\.json$/.test(name)) return takePolicy(reader, name, files)
  const { trust, added } = addTrust(reader.trust, bytes)
  return { reader: { ...reader, trust }, added }
}

/** A policy is all of what its reader believes and asks; what was dropped before it no longer counts. */
async function takePolicy(reader: ReaderTrust, place: string, files: readonly DroppedFile[]) {
  if (reader.policy !== undefined)
    throw new MakotoError('policy-invalid', 'there is one already: reload the page to change it')
  const policy = await readPolicy(place, {
    resolve: (reference) => reference.split('/').at(-1) ?? reference,
    async read(name, maxBytes) {
      const found = files.find((file) => file.name === name)
      if (found !== undefined && found.bytes.length <= maxBytes) return found.bytes
      throw new MakotoError('policy-invalid', `it names ${name}: drop that file together with it`)
    },
  })
  const rules = `${policy.rules.length} ${policy.rules.length === 1 ? 'rule' : 'rules'}`
  return { reader: { trust: policy.trust, policy }, added: `a policy with ${rules}, and all whom it trusts` }
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
    added: `a trusted root with ${timestampAuthorities.length} timestamp authorities and ${transparencyLogs.length} logs`,
  }
}
