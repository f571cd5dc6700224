import { isDeepStrictEqual } from 'node:util'
import {
  dbomSchema,
  encodeUtf8,
  isMakotoError,
  originSchema,
  parseJson,
  statementSchema,
  streamWindowSchema,
  transformSchema,
} from '@makoto/core'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { bundleSchema } from '../../src/envelope/bundle-schema.ts'
import { runSchema } from '../../src/statement/run.ts'
import { schemaReader } from '../../src/statement/schema-reader.ts'
import { summarySchema } from '../../src/statement/summary.ts'
import { type Mutation, mutate } from '../fuzz/mutate.ts'
import { createRandom, type Random } from '../fuzz/random.ts'
import { readBundleFixture, readRun, readStatements, STREAM_WINDOW } from '../fuzz/read-seeds.ts'

const bundles = [...readRun(/attestations\/.*\.sigstore\.json$/), ...readRun(/\/dbom\.sigstore\.json$/)]
const { plain, stamped } = readBundleFixture()
const statements = [
  ...readStatements(),
  STREAM_WINDOW,
  ...[...bundles, encodeUtf8(plain), encodeUtf8(stamped)].map(payloadOf),
]

function payloadOf(bundle: Uint8Array): Uint8Array {
  const { dsseEnvelope } = bundleSchema.parse(parseJson(bundle))
  return Buffer.from(dsseEnvelope.payload, 'base64')
}

const predicatesOf = (type: RegExp): readonly Uint8Array[] =>
  statements
    .map((bytes) => statementSchema.parse(parseJson(bytes)))
    .filter(({ predicateType }) => type.test(predicateType))
    .map(({ predicate }) => encodeUtf8(JSON.stringify(predicate)))

const SUMMARY = encodeUtf8(
  JSON.stringify({
    verifier: { id: 'spki:sha256:aa' },
    timeVerified: '2026-11-21T00:00:00Z',
    resourceUri: 'dataset:s3://lake/orders',
    policy: { uri: 'makoto:default' },
    verificationResult: 'PASSED',
    verifiedLevels: ['MAKOTO_L2'],
  }),
)

const hot: readonly [name: string, schema: z.ZodType, seeds: readonly Uint8Array[]][] = [
  ['a bundle', bundleSchema, [...bundles.slice(0, 6), encodeUtf8(plain), encodeUtf8(stamped)]],
  ['a statement', statementSchema, statements.slice(0, 12)],
  ['an origin', originSchema, predicatesOf(/origin/)],
  ['a transform', transformSchema, predicatesOf(/transform/)],
  ['a stream window', streamWindowSchema, predicatesOf(/stream-window/)],
  ['a DBOM', dbomSchema, predicatesOf(/dbom/)],
  ['a run', runSchema, predicatesOf(/run/)],
  ['a summary', summarySchema, [SUMMARY]],
]

describe.each(hot)('%s', (_, schema, seeds) => {
  const read = schemaReader(schema)

  it('is the answer itself, and what zod answers is equal to it', () => {
    expect(seeds.length).toBeGreaterThan(0)
    for (const seed of seeds) {
      const value = parseJson(seed)
      expect(schema.safeParse(value)).toEqual({ success: true, data: value })
      const asked = vi.spyOn(schema, 'safeParse')
      expect(read(value).data).toBe(value)
      expect(asked).not.toHaveBeenCalled()
      asked.mockRestore()
    }
  })

  it('is read as zod reads it, however it is broken', () => {
    const random = createRandom(39)
    const heard = { taken: 0, refused: 0 }
    for (let round = 0; round < 1500; round++) {
      const value = breakJson(seeds[random(seeds.length)] ?? SUMMARY, random)
      if (value === undefined) continue
      const [ours, theirs] = [read(value), schema.safeParse(value)]
      if (!isDeepStrictEqual([ours.data, ours.error?.issues], [theirs.data, theirs.error?.issues]))
        expect.fail(`they differ over ${JSON.stringify(value)}`)
      heard[ours.success ? 'taken' : 'refused']++
    }
    expect(heard.taken).toBeGreaterThan(20)
    expect(heard.refused).toBeGreaterThan(20)
  })
})

function breakJson(bytes: Uint8Array, random: Random): unknown {
  try {
    return parseJson(mutate(bytes, 'json' satisfies Mutation, random))
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}

/** Where zod's answer is not the value itself, or none, zod has to be asked. */
const altered: readonly [name: string, schema: z.ZodType, json: string][] = [
  ['a field that no schema names', z.object({ a: z.string() }), '{"a":"1","b":2}'],
  ['a field that a strict one refuses', z.strictObject({ a: z.string() }), '{"a":"1","b":2}'],
  ['a field of another type', z.object({ a: z.string() }).catchall(z.number()), '{"a":"1","b":"2"}'],
  ['__proto__', z.looseObject({ a: z.string() }), '{"a":"1","__proto__":{"b":2}}'],
  ['__proto__ of a record', z.record(z.string(), z.unknown()), '{"__proto__":{"b":2}}'],
  ['an array for an object', z.looseObject({}), '[]'],
  ['null for an object', z.looseObject({}), 'null'],
  ['a value that is made of it', z.string().transform((text) => text.length), '"abc"'],
  ['a value that is trimmed', z.string().trim(), '" abc"'],
  ['an address that is trimmed', z.url(), '" https://a.example/"'],
  ['a value that is forced', z.coerce.string(), '1'],
  ['a number that is forced', z.coerce.number(), '"1"'],
  ['a default', z.object({ a: z.string().default('x') }), '{}'],
  ['what stands in for a mistake', z.string().catch('x'), '1'],
  ['the name of a number', z.enum({ A: 1 }), '"A"'],
  ['a fraction', z.int(), '1.5'],
  ['a sign', z.int().nonnegative(), '-1'],
  ['a text too long', z.array(z.string().max(2)).max(1), '["abc"]'],
  ['a list too long', z.array(z.string().max(2)).max(1), '["a","b"]'],
  ['a part that a rule refuses', z.looseObject({ a: z.string() }).refine(({ a }) => a !== 'b'), '{"a":"b"}'],
  ['none of several', z.union([z.int(), z.string().regex(/^[0-9]+$/)]), '"1.5"'],
]

it.each(altered)('zod says what becomes of %s', (_, schema, json) => {
  const value = parseJson(encodeUtf8(json))
  const [ours, theirs] = [schemaReader(schema)(value), schema.safeParse(value)]
  expect(ours.success).toBe(theirs.success)
  expect(isDeepStrictEqual(ours.data, theirs.data)).toBe(true)
  expect(ours.error?.issues).toEqual(theirs.error?.issues)
  expect(isDeepStrictEqual(theirs.data, value)).toBe(false)
})

it('refuses a rule that would answer later, as zod does', () => {
  const schema = z.string().refine(async () => true)
  expect(() => schemaReader(schema)('a')).toThrow()
})
