/**
 * The pieces that several predicates share. Objects are loose on purpose: a field that we do not
 * know belongs to somebody else and survives. @see SPEC §1, docs/spec/predicates.md
 */
import * as z from 'zod'
import { optional } from './optional.ts'

export const textSchema = z.string().min(1)

/** A SHA-256 as FORMATS §0 writes it. */
export const SHA256_HEX = /^[0-9a-f]{64}$/
export const sha256HexSchema = z.string().regex(SHA256_HEX, 'must be 64 lower-case hex digits')

/** A count: others write JSON integers, we write decimal strings where it may pass 2^53. @see FORMATS §0 */
export const countSchema = z.union([
  z.int().nonnegative(),
  z.string().regex(/^(0|[1-9][0-9]{0,37})$/, 'must be a decimal integer'),
])

/** The same where a digest is expected: cosign reads every value of a digest as hex, which takes an even number of digits. */
export const evenCountSchema = z.string().regex(/^([0-9]{2}){1,19}$/, 'must be an even number of decimal digits')

/** A count as people write it, with no zeros before it. */
export const formatCount = (count: z.infer<typeof countSchema>): string => BigInt(count).toString()

/** ISO 8601 with its zone: a time that cannot be compared with a timestamp says nothing (L2.P.7). */
export const timeSchema = z.iso.datetime({ offset: true })

/** The digest that a reference stands on: the value is compared, so its form is checked. */
export const sha256DigestSchema = z.looseObject({ sha256: sha256HexSchema })

/** Of a dataset version: beside the bytes of a table stands what else a reader sees of it. @see FORMATS §1 */
export const versionDigestSchema = z.looseObject({
  sha256: sha256HexSchema,
  stateDigest: optional(sha256HexSchema),
})

/** A digest that is only carried along; the specification's own examples hold placeholders here. */
export const anyDigestSchema = z.looseObject({ sha256: optional(textSchema) })

export const versionsSchema = z.record(z.string(), z.string())

export const fileEntrySchema = z.looseObject({
  name: textSchema,
  digest: sha256DigestSchema,
  size: optional(countSchema),
})

/** Stands for `files` beyond 1,000 entries; `bytes` is the length of the manifest's text. @see FORMATS §1, §4 */
export const manifestReferenceSchema = z.looseObject({
  ref: textSchema,
  digest: sha256DigestSchema,
  mediaType: optional(textSchema),
  entries: optional(countSchema),
  bytes: optional(countSchema),
})

/** How a digest came to be known, strongest first; a set has the weakest of its files. @see FORMATS §3 */
export const DIGEST_SOURCES = ['in-stream', 'read-back', 'after-commit', 'after-read', 'attested', 'store'] as const
export type DigestSource = (typeof DIGEST_SOURCES)[number]
export const digestSourceSchema = z.enum(DIGEST_SOURCES)

/** Why a statement is partial: the closed list of docs/spec/predicates.md. */
export const COMPLETENESS_REASONS = [
  'agent-missing-on-executors',
  'deadline',
  'events-dropped',
  'input-changed-since-read',
  'input-differs-from-attested',
  'input-over-budget',
  'input-unreadable',
  'input-without-digest',
  'internal-error',
  'output-changed-before-attested',
  'output-digest-missing',
  'output-unreadable',
  'plan-not-understood',
] as const
export type CompletenessReason = (typeof COMPLETENESS_REASONS)[number]

const extentSchema = z.enum(['full', 'partial'])

export const completenessSchema = z
  .looseObject({ inputs: extentSchema, outputs: extentSchema, reasons: z.array(z.enum(COMPLETENESS_REASONS)).max(64) })
  .refine(({ inputs, outputs, reasons }) => inputs === 'partial' || outputs === 'partial' || reasons.length === 0, {
    message: 'a full statement has no reason to be partial',
    path: ['reasons'],
  })
export type Completeness = z.infer<typeof completenessSchema>

/** The newest attestation of this name that the writer knew; null for the first. @see FORMATS §3 Order */
export const previousSchema = z
  .looseObject({
    sha256: sha256HexSchema,
    stateDigest: optional(sha256HexSchema),
    attestationDigest: sha256DigestSchema,
  })
  .nullable()
export type Previous = z.infer<typeof previousSchema>

export const unresolvedInputSchema = z.looseObject({ name: textSchema, reason: textSchema })

export const writtenSchema = z.looseObject({
  sha256: sha256HexSchema,
  files: countSchema,
  bytes: optional(countSchema),
  digestSource: optional(digestSourceSchema),
})

export const othersSchema = z.looseObject({ files: countSchema, digestSource: optional(digestSourceSchema) })

export const stagesReferenceSchema = z.looseObject({ ref: textSchema, digest: sha256DigestSchema })

/** Fields that every statement about a dataset has, origin and transform alike. @see docs/spec/predicates.md */
export const datasetFields = {
  previous: optional(previousSchema),
  completeness: optional(completenessSchema),
  files: optional(z.array(fileEntrySchema).max(1000)),
  manifest: optional(manifestReferenceSchema),
  /** Read by whoever asks for it: an analysis that is not ours to understand is no reason to refuse a statement. */
  analysis: optional(z.looseObject({ rendering: optional(z.unknown()) })),
}

export const codeReferenceSchema = z.looseObject({
  uri: optional(textSchema),
  commit: optional(textSchema),
  path: optional(textSchema),
  digest: optional(anyDigestSchema),
})

export const transformFieldsSchema = z.looseObject({
  type: z.url(),
  name: optional(z.string()),
  version: optional(z.string()),
  description: optional(z.string()),
  parameters: optional(z.looseObject({})),
  codeRef: optional(codeReferenceSchema),
})

export const executorSchema = z.looseObject({
  id: textSchema,
  platform: optional(z.string()),
  version: optional(versionsSchema),
  environment: optional(z.string()),
  isolation: optional(z.string()),
})
