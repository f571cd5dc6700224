import {
  type AttestedOrigin,
  type AttestOriginOptions,
  attestOrigin as attest,
  datasetName,
  openStore,
  parsePublicKey,
  parseTimestampAuthorities,
  parseTrustedRoot,
  schemeOfKeyUri,
  type Trust,
} from '@makoto/core'
import { defineCommand, type Values } from '../command.ts'
import { DATA_OPTIONS, readDataOptions } from '../data-options.ts'
import { KEY_OPTIONS, openKey } from '../key-options.ts'
import { readEachFile } from '../read-each.ts'
import { SCHEMA } from '../schemas.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { readVersion } from '../version.ts'

const OPTIONS = {
  store: { value: 'URI', required: true, text: 'where the attestation goes' },
  key: { value: 'KEY', text: 'the key file or key URI to sign with; without one it is unsigned, level 1' },
  ...KEY_OPTIONS,
  'timestamp-url': {
    value: 'URL',
    many: true,
    text: 'RFC 3161 authority, for level 2; the next is asked where one gives no token',
  },
  timestamp: {
    value: 'HOW',
    choices: ['required', 'best-effort'],
    text: 'what if none gives a token: nothing is written (default), or a bundle of level 1',
  },
  'log-url': { value: 'URL', text: 'Rekor v2 transparency log that is to hold the signature' },
  'tsa-root': { value: 'PEM', many: true, text: 'refuse a timestamp that does not verify under this root' },
  'trusted-root': {
    value: 'FILE',
    many: true,
    text: "Sigstore's trusted_root.json: the same for log and identity; sigstore: needs it",
  },
  'trust-key': { value: 'PUB', many: true, text: 'another public key under which earlier attestations count' },
  name: { value: 'NAME', text: "the dataset's name, if not its place: a path, a URI, or dataset:CATALOG.SCHEMA.TABLE" },
  source: { value: 'TEXT', text: 'where the data came from, default its place' },
  'source-type': {
    value: 'TYPE',
    choices: ['api', 'database', 'file', 'stream', 'manual'],
    text: 'what that is, default file',
  },
  geography: { value: 'TEXT', text: 'where in the world it was collected' },
  'scan-rendering': { text: 'state what its text holds that nobody sees' },
  'record-count': { value: 'N', text: 'its rows, if known exactly' },
  ...DATA_OPTIONS,
} as const

export const attestOrigin = defineCommand({
  name: 'attest origin',
  summary: 'State where a file or directory came from, and put the signed statement into a store.',
  operands: [{ name: 'PATH', text: 'a file or a directory' }],
  options: OPTIONS,
  examples: [
    {
      text: 'data that a partner delivered',
      line: 'makoto attest origin /lake/raw/orders --store /lake/_makoto --key ours.key --timestamp-url https://tsa.example --source sftp://partner/orders',
    },
    {
      text: 'keyless, in a GitHub workflow with id-token: write',
      line: 'makoto attest origin orders --store store --key sigstore: --timestamp-url https://tsa.example --tsa-root tsa-root.pem --trusted-root trusted_root.json',
    },
    { text: 'unsigned, level 1', line: 'makoto attest origin orders.csv --store /lake/_makoto' },
  ],
  async run({ options, operands: [path = ''], json, terminal, signal }) {
    const attested = await attest(path, {
      ...(await readSigning(options, terminal)),
      ...readDescription(options),
      store: openStore(options.store),
      digest: { ...readDataOptions(options, { signal, terminal }), rendering: options['scan-rendering'] ?? false },
      version: { 'makoto-cli': readVersion() },
    })
    terminal.clearProgress()
    if (json) terminal.json(describeForPrograms(attested))
    else printAttested(attested, terminal)
    sayLevel(attested, terminal)
    terminal.say(`next: makoto verify ${path} --store ${options.store}${suggestTrust(attested, options.key)}`)
    return 'ok'
  },
})

async function readSigning(options: Values<typeof OPTIONS>, terminal: Terminal): Promise<Partial<AttestOriginOptions>> {
  const { key, timestamp, 'timestamp-url': timestampUrl, 'log-url': logUrl } = options
  for (const [option, needs] of [
    ['timestamp-url', 'key'],
    ['log-url', 'key'],
    ['timestamp', 'timestamp-url'],
  ] as const)
    if (options[option] !== undefined && options[needs] === undefined)
      throw new UsageError(`--${option} needs --${needs}${option === 'timestamp' ? '' : ': it covers a signature'}`)
  for (const url of timestampUrl ?? []) requireHttp('timestamp-url', url)
  if (logUrl !== undefined) requireHttp('log-url', logUrl)
  return {
    signer: key === undefined ? undefined : () => openKey(key, options, terminal),
    timestampUrl,
    timestamp,
    logUrl,
    trust: await readTrust(options),
  }
}

function requireHttp(option: string, url: string): void {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new UsageError(`--${option} ${url} is no http(s) URL`)
}

async function readTrust(options: Values<typeof OPTIONS>): Promise<Trust> {
  const roots = await readEachFile(options['trusted-root'], 'trusted root', (bytes) => [parseTrustedRoot(bytes)])
  const authorities = await readEachFile(options['tsa-root'], 'certificate', parseTimestampAuthorities)
  return {
    keys: await readEachFile(options['trust-key'], 'key', (bytes) => [parsePublicKey(bytes)]),
    timestampAuthorities: [...authorities, ...roots.flatMap((root) => root.timestampAuthorities)],
    certificateAuthorities: roots.flatMap((root) => root.certificateAuthorities),
    transparencyLogs: roots.flatMap((root) => root.transparencyLogs),
    certificateLogs: roots.flatMap((root) => root.certificateLogs),
  }
}

function readDescription(options: Values<typeof OPTIONS>): Partial<AttestOriginOptions> {
  const { name, source, geography, 'source-type': sourceType, 'record-count': recordCount } = options
  if (recordCount !== undefined && !/^(0|[1-9]\d{0,37})$/.test(recordCount))
    throw new UsageError(`--record-count ${recordCount}: a decimal number is expected`)
  return {
    ...(name === undefined ? {} : { name: datasetName(name) }),
    ...(source === undefined ? {} : { source }),
    ...(sourceType === undefined ? {} : { sourceType }),
    ...(geography === undefined ? {} : { geography }),
    ...(recordCount === undefined ? {} : { recordCount }),
  }
}

function describeForPrograms({ dataset: { files, bytes, ...dataset }, ...attested }: AttestedOrigin) {
  return {
    schema: SCHEMA.attestOrigin,
    ...attested,
    dataset: { ...dataset, files: files.length, bytes: String(bytes) },
  }
}

function printAttested({ outcome, name, dataset, path }: AttestedOrigin, terminal: Terminal): void {
  const answer = outcome === 'attested' ? 'attested' : 'already attested'
  terminal.print({ text: answer, style: 'good' }, `  ${name}`)
  terminal.print(`  sha256  ${dataset.sha256}`)
  terminal.print(`  stored  ${path}`)
}

function sayLevel(attested: AttestedOrigin, terminal: Terminal): void {
  const { signed, timestamped, timestampFailure, indexFailure, dataset } = attested
  if (timestampFailure !== undefined)
    terminal.say({ text: 'warning', style: 'strong' }, `: no timestamp, written all the same: ${timestampFailure}`)
  if (indexFailure !== undefined)
    terminal.say({ text: 'warning', style: 'strong' }, `: no index, the next writer hashes anew: ${indexFailure}`)
  if (!signed) terminal.say('unsigned: level 1, anybody could have written it')
  else if (!timestamped) terminal.say('signed, but nothing proves when: level 1 until there is a timestamp')
  else terminal.say('signed and timestamped: level 2')
  const { leftOut, unlisted = [] } = dataset
  const named = leftOut - unlisted.length
  if (named > 0) terminal.say(`${named} files are no data by their names and are left out`)
  if (unlisted.length > 0)
    terminal.say(`${unlisted.length} files beside the sink's log are not in it and are left out: ${unlisted[0]}`)
}

function suggestTrust({ signed, timestamped }: AttestedOrigin, key: string | undefined): string {
  if (!signed || key === undefined) return ' --level 1'
  if (schemeOfKeyUri(key) === 'sigstore') return ' --identity NAME --issuer URL --trusted-root FILE'
  return timestamped ? ' --key PUBLIC_KEY --tsa-root PEM' : ' --key PUBLIC_KEY --level 1'
}
