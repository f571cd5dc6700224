import * as z from 'zod'
import { MakotoError } from '../errors.ts'
import { describeIssues } from '../statement/schema-issues.ts'

const span = z.number().nonnegative().optional()
const threshold = z.int().min(0).max(99).optional()
const limit = z.int().min(1).optional()

/** What a caller asks of a verification, as far as a value that is none would ask for nothing. */
const demandsSchema = z.looseObject({
  level: z.literal([1, 2, 3]).optional(),
  origins: z.enum(['any', 'attested']).optional(),
  rendering: z.enum(['fail', 'warn', 'allow', 'off']).optional(),
  at: z.date().optional(),
  maxAgeMs: span,
  skewMs: span,
  latenessMs: span,
  timestampThreshold: threshold,
  logThreshold: threshold,
  witnessThreshold: threshold,
  trust: z
    .looseObject({ timestampThreshold: threshold, logThreshold: threshold, witnessThreshold: threshold })
    .optional(),
  limits: z.looseObject({ maxNodes: limit, maxBytes: limit, maxWaitingBytes: limit.or(z.literal(0)) }).optional(),
})

/**
 * Refuses what a compiler would not have let pass: every number is less than the level `NaN`, which a missing variable
 * gives, and the level 0 is reached by what nobody attested.
 *
 * @throws MakotoError `options-invalid`
 */
export function checkDemands(demands: object): void {
  const result = demandsSchema.safeParse(demands)
  if (!result.success)
    throw new MakotoError('options-invalid', `This cannot be asked of a verification: ${describeIssues(result.error)}.`)
}
