import * as z from 'zod'
import { optional } from './optional.ts'
import { sha256DigestSchema, textSchema, timeSchema } from './parts.ts'

/**
 * SLSA's verification summary: that somebody verified a subject, against what, and what came of it. Levels of ours are
 * `MAKOTO_L1` to `MAKOTO_L3`; a level of another scheme says nothing here.
 *
 * @see https://slsa.dev/spec/v1.1/verification_summary
 */
export const summarySchema = z.looseObject({
  verifier: z.looseObject({ id: textSchema }),
  timeVerified: timeSchema,
  resourceUri: textSchema,
  policy: z.looseObject({ uri: textSchema }),
  inputAttestations: optional(z.array(z.looseObject({ digest: sha256DigestSchema })).max(100_000)),
  verificationResult: z.enum(['PASSED', 'FAILED']),
  verifiedLevels: z.array(textSchema).max(64),
  dependencyLevels: optional(z.record(z.string(), z.int().nonnegative())),
  slsaVersion: optional(z.string()),
})
export type SummaryPredicate = z.infer<typeof summarySchema>
