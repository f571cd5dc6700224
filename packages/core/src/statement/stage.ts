import * as z from 'zod'
import { sha256Hex } from '#platform'
import { canonicalize } from '../canonical-json.ts'
import { optional } from './optional.ts'
import { countSchema, timeSchema } from './parts.ts'

/** One attempt of one stage: `transform.parameters.stage`. @see docs/spec/predicates.md Stage */
export const stageSchema = z.looseObject({
  stageId: z.int().nonnegative(),
  attempt: z.int().nonnegative(),
  name: z.string(),
  executionId: optional(z.string()),
  parents: z.array(z.int().nonnegative()).max(10_000),
  outcome: z.enum(['succeeded', 'failed']),
  tasks: optional(z.int().nonnegative()),
  tasksSucceeded: optional(z.int().nonnegative()),
  attemptsFailed: optional(z.int().nonnegative()),
  submittedOn: optional(timeSchema),
  completedOn: optional(timeSchema),
  recordsRead: optional(countSchema),
  bytesRead: optional(countSchema),
  recordsWritten: optional(countSchema),
  bytesWritten: optional(countSchema),
})
export type Stage = z.infer<typeof stageSchema>

/** `stage:<runId>/<stageId>.<attempt>` @see FORMATS §2 */
export const stageName = (runId: string, { stageId, attempt }: Pick<Stage, 'stageId' | 'attempt'>) =>
  `stage:${runId}/${stageId}.${attempt}`

/** H(JCS) of what a stage or a run says of itself: the digest of its subject. @see FORMATS §2 */
export function digestFacts(facts: object): string {
  return sha256Hex(canonicalize(z.json().parse(facts)))
}
