import {
  parseCertificateAuthorities,
  parsePublicKey,
  parseTimestampAuthorities,
  parseTrustedRoot,
  parseWitnesses,
  type SignerIdentity,
  type Trust,
} from '@makoto/core'
import type { Options, Values } from './command.ts'
import { readEachFile } from './read-each.ts'
import { UsageError } from './usage-error.ts'

/** Whom the caller believes: who may sign, and who may say when. */
export const SIGNER_OPTIONS = {
  key: { value: 'PUB', many: true, text: 'a public key that you trust' },
  'rsa-padding': { value: 'WHICH', choices: ['pss', 'pkcs1'], text: 'how RSA keys among them sign, default pss' },
  ca: { value: 'PEM', many: true, text: 'root of an authority that certifies signers; needs --identity' },
  'trusted-root': { value: 'FILE', many: true, text: "Sigstore's trusted_root.json: authorities and logs" },
  identity: {
    value: 'GLOB',
    many: true,
    text: 'whose certificates you trust: * stops at a slash, ** does not',
  },
  issuer: { value: 'URL', text: 'who has to vouch for the identity; needed with --trusted-root' },
  'tsa-root': { value: 'PEM', many: true, text: 'root of a timestamp authority, or a trusted_root.json' },
  timestamps: { value: 'N', text: 'how many different authorities have to vouch for the time' },
  logs: { value: 'N', text: 'how many different transparency logs have to hold the signature' },
  witness: { value: 'FILE', many: true, text: 'verifier keys of witnesses of logs, one a line: name+id+key' },
  witnesses: { value: 'N', text: 'how many different witnesses have to have seen the tree of a log that holds it' },
} as const satisfies Options

type SignerValues = Values<typeof SIGNER_OPTIONS>

export async function readSignerOptions(options: SignerValues): Promise<Trust> {
  const identities = readIdentities(options)
  const padding = options['rsa-padding'] ?? 'pss'
  const keys = await readEachFile(options.key, 'key', (bytes) => [parsePublicKey(bytes, { padding })])
  const authorities = await readEachFile(options.ca, 'certificate', parseCertificateAuthorities)
  const roots = await readEachFile(options['trusted-root'], 'trusted root', (bytes) => [parseTrustedRoot(bytes)])
  const timestampAuthorities = await readEachFile(options['tsa-root'], 'certificate', parseTimestampAuthorities)
  const witnesses = await readEachFile(options.witness, 'verifier key', parseWitnesses)
  return {
    keys,
    identities,
    certificateAuthorities: [...authorities, ...roots.flatMap((root) => root.certificateAuthorities)],
    timestampAuthorities: [...timestampAuthorities, ...roots.flatMap((root) => root.timestampAuthorities)],
    transparencyLogs: roots.flatMap((root) => root.transparencyLogs),
    certificateLogs: roots.flatMap((root) => root.certificateLogs),
    witnesses,
    timestampThreshold: readCount('--timestamps', options.timestamps),
    logThreshold: readCount('--logs', options.logs),
    witnessThreshold: readCount('--witnesses', options.witnesses),
  }
}

/** Whether anybody at all is believed. */
export const namesSigner = ({ key, identity }: SignerValues): boolean => (key ?? identity) !== undefined

function readIdentities({ identity, issuer, ca, 'trusted-root': roots }: SignerValues): SignerIdentity[] {
  if (identity === undefined) {
    if (ca !== undefined) throw new UsageError('--ca certifies many: say with --identity whom of them you trust')
    if (issuer !== undefined) throw new UsageError('--issuer vouches for an identity: give it with --identity')
    return []
  }
  if ((ca ?? roots) === undefined)
    throw new UsageError('--identity needs the authority that certifies it: --ca PEM or --trusted-root FILE')
  if (ca === undefined && issuer === undefined)
    throw new UsageError('--issuer URL is missing: under --trusted-root an identity is half of a name without it')
  if (roots === undefined && issuer !== undefined)
    throw new UsageError('--issuer goes with --trusted-root: only a Fulcio, with its log, speaks for issuers')
  return identity.flatMap((subject) => [
    ...(issuer === undefined ? [] : [{ subject, issuer }]),
    ...(ca === undefined ? [] : [{ subject }]),
  ])
}

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d?$/.test(text)) throw new UsageError(`${option}: a number from 1 to 99 is expected`)
  return Number(text)
}
