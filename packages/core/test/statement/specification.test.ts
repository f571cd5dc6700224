import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  dbomSchema,
  flatDbomSchema,
  originSchema,
  parseJson,
  parseStatement,
  readPredicate,
  readPreviousWindow,
  serializeStatement,
  statementSchema,
  streamWindowSchema,
} from '@makoto/core'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../../../../shared/makoto/', import.meta.url))
const present = existsSync(folder)
if (!present) console.warn('skipped: the examples of the specification: ../shared/makoto is absent')

const read = (name: string) => new Uint8Array(readFileSync(`${folder}${name}`))
const plain = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes))

describe.skipIf(!present)('the examples of the specification', () => {
  const names = present
    ? readdirSync(folder).filter((name) => /^(origin|transform|stream-window)-example\.json$/.test(name))
    : []

  it.each(names)('%s keeps every field through reading and writing', (name) => {
    const statement = statementSchema.parse(parseJson(read(name)))
    expect(readPredicate(statement).kind).toBe(name.replace('-example.json', '').replace('-w', 'W'))
    expect(plain(serializeStatement(statement))).toEqual(plain(read(name)))
  })

  it.each(['origin-example.json', 'transform-example.json'])('%s is fit to be verified', (name) => {
    expect(parseStatement(read(name)).subject).toHaveLength(1)
  })

  it('refuses to verify a window without a SHA-256', () => {
    expect(() => parseStatement(read('stream-window-example.json'))).toThrow(
      expect.objectContaining({ code: 'statement-invalid', message: expect.stringContaining('sha256') }),
    )
  })

  it('reads the window before from either spelling', () => {
    const statement = statementSchema.parse(parseJson(read('stream-window-example.json')))
    const window = streamWindowSchema.parse(statement.predicate)
    const chained = readPreviousWindow(window)
    const { chain, ...integrity } = window.integrity
    const previousWindow = {
      windowId: 'stream:iot_sensors:window_20251220_095900',
      merkleRoot: 'previous_window_merkle_xyz789012345678901234567890',
    }
    expect(chain).toBeDefined()
    expect(chained).toEqual(previousWindow)
    expect(readPreviousWindow({ ...window, integrity: { ...integrity, previousWindow } })).toEqual(previousWindow)
    expect(readPreviousWindow({ ...window, integrity })).toBeUndefined()
  })

  it('dbom-example.json keeps every field through reading', () => {
    expect(dbomSchema.parse(parseJson(read('dbom-example.json')))).toEqual(plain(read('dbom-example.json')))
  })

  it('asks of a flat DBOM what the schema of v0.1 asks', () => {
    const schema = plain(read('dbom-schema-v0.1.json'))
    expect(schema).toMatchObject({ required: Object.keys(FLAT) })
  })
})

const FLAT = {
  schema_version: '0.1',
  id: 'dbom-1',
  created_at: '2026-11-21T03:20:00Z',
  source: { uri: 's3://curated/orders', hash: { algorithm: 'sha256', value: 'b'.repeat(64) }, format: 'parquet' },
  signature: { algorithm: 'sha256', value: 'c'.repeat(64), signer: 'github:somebody' },
  lineage: [
    { step: 1, description: 'read', tool: 'curl 8', input_hash: 'n/a', output_hash: 'a'.repeat(64) },
    { step: 2, description: 'clean', tool: 'spark 3.5', input_hash: 'a'.repeat(64), output_hash: 'b'.repeat(64) },
  ],
}

describe('a flat DBOM v0.1', () => {
  const [first, second] = FLAT.lineage
  const withLineage = (...lineage: unknown[]) => flatDbomSchema.safeParse({ ...FLAT, lineage }).success

  it('holds where each step begins where the last ended', () => {
    expect(flatDbomSchema.parse(FLAT)).toEqual(FLAT)
  })

  it.each([
    ['begins with a hash', { ...first, input_hash: 'a'.repeat(64) }, second],
    ['has a gap', first, { ...second, input_hash: 'd'.repeat(64) }],
    ['ends elsewhere than its source', first, { ...second, output_hash: 'd'.repeat(64) }],
  ])('is refused where it %s', (_, ...lineage) => {
    expect(withLineage(first, second)).toBe(true)
    expect(withLineage(...lineage)).toBe(false)
  })

  it('is refused where it has no step', () => {
    expect(withLineage()).toBe(false)
  })
})

describe('required fields of the specification', () => {
  const origin = {
    origin: { source: 'https://example.org', collectionTimestamp: '2026-11-21T03:20:00Z' },
    collector: { id: 'somebody' },
  }

  it('are enough', () => {
    expect(originSchema.parse(origin)).toEqual(origin)
  })

  it.each([
    ['an empty source', { ...origin, origin: { ...origin.origin, source: '' } }],
    [
      'a time without its zone',
      { ...origin, origin: { ...origin.origin, collectionTimestamp: '2026-11-21T03:20:00' } },
    ],
    ['no collector', { origin: origin.origin }],
    ['a collector without id', { ...origin, collector: { id: '' } }],
    [
      'a reason that is not on the list',
      { ...origin, completeness: { inputs: 'partial', outputs: 'full', reasons: ['tired'] } },
    ],
    [
      'a reason though it is full',
      { ...origin, completeness: { inputs: 'full', outputs: 'full', reasons: ['deadline'] } },
    ],
  ])('are missed in %s', (_, predicate) => {
    expect(originSchema.safeParse(predicate).success).toBe(false)
  })
})
