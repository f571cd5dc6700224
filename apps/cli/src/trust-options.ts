import {
  COMPLETENESS_REASONS,
  datasetName,
  openMemoryFile,
  RENDERING_PATTERNS,
  readDuration,
  type VerifyDatasetOptions,
} from '@makoto/core'
import type { Invocation, Options, Values } from './command.ts'
import { DATA_OPTIONS, readDataOptions } from './data-options.ts'
import { POLICY_OPTIONS, readPolicyOptions } from './policy-options.ts'
import { namesSigner } from './signer-options.ts'
import { readStore, STORE_OPTIONS } from './store-options.ts'
import { UsageError } from './usage-error.ts'

/** What a verification needs to know: where attestations lie, whom the caller believes, what the caller asks for. */
export const TRUST_OPTIONS = {
  ...STORE_OPTIONS,
  ...POLICY_OPTIONS,
  level: {
    value: 'N',
    choices: ['1', '2', '3'],
    text: 'the level that has to be proven; default what the policy asks, else 2',
  },
  name: {
    value: 'NAME',
    text: 'the dataset meant, if not by its place: a path, a URI, or dataset:CATALOG.SCHEMA.TABLE',
  },
  'insecure-any-name': { text: 'accept these bytes under whatever name they were attested' },
  'insecure-unlisted': {
    text: "accept files that a streaming sink's log does not list: only Spark passes over them",
  },
  'expect-version': { value: 'HEX', text: 'the sha256 that you know to be the newest' },
  memory: { value: 'FILE', text: 'remember what was proven, and refuse what does not come after it' },
  skew: { value: 'TIME', text: 'how far clocks may disagree; default 5m' },
  'max-age': { value: 'AGE', text: 'refuse what was attested longer ago: 90m, 12h, 7d' },
  rendering: {
    value: 'WHAT',
    choices: ['fail', 'warn', 'allow', 'off'],
    text: 'text with invisible characters: refuse it, say it (default), accept it, or do not look',
  },
  'rendering-allow': {
    value: 'PATTERN',
    many: true,
    choices: RENDERING_PATTERNS,
    text: 'a kind of invisible characters that you accept',
  },
  origins: { value: 'WHICH', choices: ['attested', 'observed'], text: 'attested: refuse data merely found when read' },
  'accept-partial': {
    value: 'REASON',
    many: true,
    choices: COMPLETENESS_REASONS,
    text: 'a gap in inputs or outputs that you accept',
  },
  'max-attestations': { value: 'N', text: 'how long a chain may be; default 10000' },
  ...DATA_OPTIONS,
} as const satisfies Options

type TrustValues = Values<typeof TRUST_OPTIONS>

const LEVELS = { 1: 1, 2: 2, 3: 3 } as const

export async function readTrustOptions(
  options: TrustValues,
  invocation: Pick<Invocation, 'signal' | 'terminal'>,
): Promise<VerifyDatasetOptions> {
  const level = options.level && LEVELS[options.level]
  if (level !== 1 && options.policy === undefined && !namesSigner(options))
    throw new UsageError(
      '--key PUB is missing: who signed is checked against your keys and identities only',
      'or give --policy FILE; a certificate needs --identity GLOB and its authority; level 1 needs neither: --level 1',
    )
  const expected = readExpectedVersion(options)
  return {
    ...(await readPolicyOptions(options)),
    store: await readStore(options),
    level,
    ...(options.name === undefined ? {} : { name: datasetName(options.name) }),
    insecureAnyName: options['insecure-any-name'] ?? false,
    insecureUnlisted: options['insecure-unlisted'] ?? false,
    ...expected,
    ...(options.memory === undefined ? {} : { memory: openMemoryFile(options.memory) }),
    skewMs: readTime('--skew', options.skew),
    maxAgeMs: readTime('--max-age', options['max-age']),
    rendering: options.rendering ?? 'warn',
    renderingAllow: options['rendering-allow'] ?? [],
    origins: options.origins === 'attested' ? 'attested' : 'any',
    acceptReasons: COMPLETENESS_REASONS.filter((reason) => options['accept-partial']?.includes(reason)),
    limits: { maxNodes: readLimit(options['max-attestations']) },
    digest: readDataOptions(options, invocation),
  }
}

function readExpectedVersion({ 'expect-version': version }: TrustValues): { expectVersion?: string } {
  if (version === undefined) return {}
  if (!/^[0-9a-f]{64}$/.test(version)) throw new UsageError('--expect-version: 64 lower-case hex digits are expected')
  return { expectVersion: version }
}

function readTime(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const milliseconds = readDuration(text)
  if (milliseconds === undefined)
    throw new UsageError(`${option} ${text}: a number and s, m, h or d is expected, such as 7d`)
  return milliseconds
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('--max-attestations: a number from 1 to 999999999 is expected')
  return Number(text)
}
