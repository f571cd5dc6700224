import {
  COMPLETENESS_REASONS,
  datasetName,
  parsePublicKey,
  parseTimestampAuthorities,
  type VerifyDatasetOptions,
} from '@makoto/core'
import type { Invocation, Options, Values } from './command.ts'
import { DATA_OPTIONS, readDataOptions } from './data-options.ts'
import { openExistingStore } from './open-existing-store.ts'
import { readEachFile } from './read-each.ts'
import { UsageError } from './usage-error.ts'

/** What a verification needs to know: where attestations lie, whom the caller believes, what the caller asks for. */
export const TRUST_OPTIONS = {
  store: { value: 'URI', required: true, text: 'where the attestations lie; it is not trusted' },
  key: { value: 'PUB', many: true, text: 'a public key that you trust' },
  'tsa-root': { value: 'PEM', many: true, text: 'root of a timestamp authority, or a trusted_root.json' },
  level: { value: 'N', choices: ['1', '2', '3'], text: 'the level that has to be proven, default 2' },
  name: { value: 'NAME', text: 'the dataset meant, where its place does not say: a table, a copy' },
  'insecure-any-name': { text: 'accept these bytes under whatever name they were attested' },
  'expect-version': { value: 'HEX', text: 'the sha256 that you know to be the newest' },
  origins: { value: 'WHICH', choices: ['attested', 'observed'], text: 'attested: refuse data merely found when read' },
  'accept-partial': {
    value: 'REASON',
    many: true,
    choices: COMPLETENESS_REASONS,
    text: 'a gap in inputs or outputs that you accept',
  },
  ...DATA_OPTIONS,
} as const satisfies Options

type TrustValues = Values<typeof TRUST_OPTIONS>

const LEVELS = { 1: 1, 2: 2, 3: 3 } as const

export async function readTrustOptions(
  options: TrustValues,
  invocation: Pick<Invocation, 'signal' | 'terminal'>,
): Promise<VerifyDatasetOptions> {
  const level = LEVELS[options.level ?? '2']
  if (level > 1 && options.key === undefined)
    throw new UsageError(
      '--key PUB is missing: who signed is checked against your keys only',
      'level 1 needs none: --level 1',
    )
  const trust = {
    keys: await readEachFile(options.key, 'key', (bytes) => [parsePublicKey(bytes)]),
    timestampAuthorities: await readEachFile(options['tsa-root'], 'certificate', parseTimestampAuthorities),
  }
  const expected = readExpectedVersion(options)
  return {
    store: await openExistingStore(options.store),
    trust,
    level,
    ...(options.name === undefined ? {} : { name: datasetName(options.name) }),
    insecureAnyName: options['insecure-any-name'] ?? false,
    ...expected,
    origins: options.origins === 'attested' ? 'attested' : 'any',
    acceptReasons: COMPLETENESS_REASONS.filter((reason) => options['accept-partial']?.includes(reason)),
    digest: readDataOptions(options, invocation),
  }
}

function readExpectedVersion({ 'expect-version': version }: TrustValues): { expectVersion?: string } {
  if (version === undefined) return {}
  if (!/^[0-9a-f]{64}$/.test(version)) throw new UsageError('--expect-version: 64 lower-case hex digits are expected')
  return { expectVersion: version }
}
