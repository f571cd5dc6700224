import * as z from 'zod'
import { checkSchema, failureCodeSchema } from './report.ts'

export const STREAM_REPORT_SCHEMA = 'https://makoto.dev/schemas/stream-report/v1'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const level = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])

/** What `verifyStreamWindows` answers, and what `makoto verify-stream --json` prints: versioned by `schema`. */
export const streamReportSchema = z.object({
  schema: z.literal(STREAM_REPORT_SCHEMA),
  verdict: z.enum(['PROVEN', 'NOT PROVEN']),
  /** The lowest that a window of the chain proves by itself; 0 where the chain does not hold. */
  level,
  required: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  failure: z.object({ code: failureCodeSchema, message: z.string() }).optional(),
  stream: z.string(),
  /** The window that the caller knew. */
  anchor: z.object({ windowId: z.string(), merkleRoot: z.string().optional() }).optional(),
  verifiedOn: z.string(),
  /** Attestations of the stream that the caller's trust refused: they count for nothing. */
  refused: z.number().int().nonnegative(),
  /** Oldest first. */
  windows: z.array(
    z.object({
      /** The subject's name: `stream:<id>:<window>`. */
      id: z.string(),
      sha256: hex,
      merkleRoot: z.string(),
      bundle: hex,
      reference: z.string(),
      level,
      signer: z.string().nullable(),
      /** The verified time. */
      time: z.string().nullable(),
      start: z.string().nullable(),
      end: z.string().nullable(),
      previous: z.string().nullable(),
    }),
  ),
  checks: z.array(checkSchema),
})
export type StreamReport = z.infer<typeof streamReportSchema>
