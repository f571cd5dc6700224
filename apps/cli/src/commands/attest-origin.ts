import {
  type AttestedOrigin,
  type AttestOriginOptions,
  attestOrigin as attest,
  datasetName,
  openSigner,
  openStore,
  parsePublicKey,
  parseTimestampAuthorities,
  type Signer,
} from '@makoto/core'
import { defineCommand, type Values } from '../command.ts'
import { DATA_OPTIONS, readDataOptions } from '../data-options.ts'
import { readEachFile } from '../read-each.ts'
import { SCHEMA } from '../schemas.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { readVersion } from '../version.ts'

const OPTIONS = {
  store: { value: 'URI', required: true, text: 'where the attestation goes' },
  key: { value: 'KEY', text: 'the private key to sign with; without one it is unsigned, level 1' },
  'password-file': { value: 'FILE', text: 'holds the password of an encrypted key' },
  'timestamp-url': { value: 'URL', text: 'RFC 3161 timestamp authority; level 2 needs one' },
  'tsa-root': { value: 'PEM', many: true, text: 'refuse a timestamp that does not verify under this root' },
  'trust-key': { value: 'PUB', many: true, text: 'another public key under which earlier attestations count' },
  name: { value: 'NAME', text: "the dataset's name, where its place does not say" },
  source: { value: 'TEXT', text: 'where the data came from, default its place' },
  'source-type': {
    value: 'TYPE',
    choices: ['api', 'database', 'file', 'stream', 'manual'],
    text: 'what that is, default file',
  },
  geography: { value: 'TEXT', text: 'where in the world it was collected' },
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
    { text: 'unsigned, level 1', line: 'makoto attest origin orders.csv --store /lake/_makoto' },
  ],
  async run({ options, operands: [path = ''], json, terminal, signal }) {
    const attested = await attest(path, {
      ...(await readSigning(options, terminal)),
      ...readDescription(options),
      store: openStore(options.store),
      digest: readDataOptions(options, { signal, terminal }),
      version: { 'makoto-cli': readVersion() },
    })
    terminal.clearProgress()
    if (json) terminal.json(describeForPrograms(attested))
    else printAttested(attested, terminal)
    sayLevel(attested, terminal)
    terminal.say(`next: makoto verify ${path} --store ${options.store}${suggestTrust(attested)}`)
    return 'ok'
  },
})

async function readSigning(options: Values<typeof OPTIONS>, terminal: Terminal): Promise<Partial<AttestOriginOptions>> {
  const signer = await openKey(options, terminal)
  const url = options['timestamp-url']
  if (url !== undefined && signer === undefined)
    throw new UsageError('--timestamp-url needs --key: a timestamp covers a signature')
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError(`--timestamp-url ${url} is no http(s) URL`)
  return {
    ...(signer === undefined ? {} : { signer }),
    ...(url === undefined ? {} : { timestampUrl: url }),
    trust: {
      keys: await readEachFile(options['trust-key'], 'key', (bytes) => [parsePublicKey(bytes)]),
      timestampAuthorities: await readEachFile(options['tsa-root'], 'certificate', parseTimestampAuthorities),
    },
  }
}

async function openKey(options: Values<typeof OPTIONS>, terminal: Terminal): Promise<Signer | undefined> {
  const file = options['password-file']
  if (options.key === undefined) return undefined
  return openSigner(options.key, {
    ...(file === undefined ? {} : { password: { file } }),
    onWarning: (warning) => terminal.say({ text: 'warning', style: 'strong' }, `: ${warning}`),
  })
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

function sayLevel({ signed, timestamped, dataset }: AttestedOrigin, terminal: Terminal): void {
  if (!signed) terminal.say('unsigned: level 1, anybody could have written it')
  else if (!timestamped) terminal.say('signed, but nothing proves when: level 1 until there is a timestamp')
  else terminal.say('signed and timestamped: level 2')
  if (dataset.leftOut > 0) terminal.say(`${dataset.leftOut} files are no data by their names and are left out`)
}

function suggestTrust({ signed, timestamped }: AttestedOrigin): string {
  if (!signed) return ' --level 1'
  return timestamped ? ' --key PUBLIC_KEY --tsa-root PEM' : ' --key PUBLIC_KEY --level 1'
}
