import * as z from 'zod'
import { optional } from './optional.ts'
import { executorSchema, sha256DigestSchema, sha256HexSchema, textSchema, timeSchema } from './parts.ts'

const numbered = { runId: textSchema, sequence: z.int().min(0).max(999_999), time: timeSchema }
const stored = { bundles: z.array(sha256HexSchema).max(100_000), previousRunBundle: sha256HexSchema.nullable() }
const touchedDatasetSchema = z.looseObject({ name: textSchema, digest: optional(sha256DigestSchema) })

const startSchema = z.looseObject({
  kind: z.literal('start'),
  ...numbered,
  applicationId: textSchema,
  applicationName: optional(z.string()),
  attempt: optional(z.string()),
  configuration: optional(z.looseObject({})),
})

const checkpointSchema = z.looseObject({ kind: z.literal('checkpoint'), ...numbered, ...stored })

const sealSchema = z.looseObject({
  kind: z.literal('seal'),
  ...numbered,
  ...stored,
  total: z.int().nonnegative(),
  root: sha256HexSchema,
  outcome: z.enum(['succeeded', 'failed', 'unknown']),
  executions: optional(z.looseObject({ succeeded: z.int().nonnegative(), failed: z.int().nonnegative() })),
  droppedEvents: optional(z.int().nonnegative()),
  gaps: optional(
    z.array(
      z.looseObject({
        executionId: optional(z.string()),
        reason: textSchema,
        count: optional(z.int().nonnegative()),
      }),
    ),
  ),
  reads: optional(z.array(touchedDatasetSchema)),
  writes: optional(z.array(touchedDatasetSchema)),
})

export const runRecordSchema = z.discriminatedUnion('kind', [startSchema, checkpointSchema, sealSchema])
export type RunRecord = z.infer<typeof runRecordSchema>

/** A numbered record of a run: `https://makoto.dev/run/v1`. @see FORMATS §3, docs/spec/predicates.md Run */
export const runSchema = z.looseObject({ run: runRecordSchema, executor: executorSchema })
export type RunPredicate = z.infer<typeof runSchema>
