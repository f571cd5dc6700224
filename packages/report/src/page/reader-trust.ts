import {
  decodeUtf8,
  encodeUtf8,
  MakotoError,
  parsePublicKey,
  parseTimestampAuthorities,
  parseTrustedRoot,
  type Trust,
} from '@makoto/core/verify'

/** Whom the reader believes: only what the reader brought, never anything that the page carries. */
export const NOBODY: Trust = { keys: [], timestampAuthorities: [] }

const MAX_FILE_BYTES = 1024 * 1024

/** Adds what a file holds: a public key, certificates of timestamp authorities, or a Sigstore trusted root. */
export function addTrust(trust: Trust, bytes: Uint8Array): { trust: Trust; added: string } {
  if (bytes.length > MAX_FILE_BYTES) throw new MakotoError('limit-exceeded', 'the file is larger than a key can be')
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
