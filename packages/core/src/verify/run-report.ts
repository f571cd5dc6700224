import * as z from 'zod'
import { checkSchema, failureCodeSchema } from './report.ts'

export const RUN_REPORT_SCHEMA = 'https://makoto.dev/schemas/run-report/v1'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()
const level = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])

/** A dataset version that a run touched. */
export const touchedSchema = z.object({ name: z.string(), sha256: hex.nullable() })
export type Touched = z.infer<typeof touchedSchema>

/** Something that was read and has no digest, so that only its name is known. */
export const unresolvedSchema = z.object({ name: z.string(), reason: z.string() })

/**
 * Whether the run's statements are all that there is to say of it. `full` only where nothing was dropped, nothing
 * is missing and it ended well; only then does "it read nothing else" follow from what it says it read.
 */
export const runCompletenessSchema = z.object({ extent: z.enum(['full', 'partial']), reasons: z.array(z.string()) })
export type RunCompleteness = z.infer<typeof runCompletenessSchema>

/** What `verifyRun` answers, and what `makoto verify-run --json` prints: versioned by `schema`. */
export const runReportSchema = z.object({
  schema: z.literal(RUN_REPORT_SCHEMA),
  verdict: z.enum(['PROVEN', 'NOT PROVEN']),
  level,
  required: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  failure: z.object({ code: failureCodeSchema, message: z.string() }).optional(),
  run: z.object({
    id: z.string(),
    applicationId: z.string().nullable(),
    applicationName: z.string().nullable(),
    signer: z.string().nullable(),
    startedOn: z.string().nullable(),
    /** When the seal says that the run ended; null where there is no seal. */
    sealedOn: z.string().nullable(),
    outcome: z.enum(['succeeded', 'failed', 'unknown', 'unfinished']),
  }),
  verifiedOn: z.string(),
  records: z.array(
    z.object({
      sequence: count,
      kind: z.enum(['start', 'checkpoint', 'seal']),
      bundle: hex,
      reference: z.string(),
      /** The verified time; null where the record has none of its own. */
      time: z.string().nullable(),
    }),
  ),
  bundles: z.object({ listed: count, verified: count, missing: count, root: hex.nullable() }),
  stages: z.object({ objects: count, lines: count, failed: count }),
  completeness: runCompletenessSchema,
  droppedEvents: count.nullable(),
  gaps: z.array(z.object({ reason: z.string(), count, executionId: z.string().optional() })),
  reads: z.array(touchedSchema),
  writes: z.array(touchedSchema),
  unresolved: z.array(unresolvedSchema),
  checks: z.array(checkSchema),
})
export type RunReport = z.infer<typeof runReportSchema>
