import * as z from 'zod'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const level = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])

const completeness = z.object({
  inputs: z.enum(['full', 'partial']),
  outputs: z.enum(['full', 'partial']),
  reasons: z.array(z.string()),
})
export type Completeness = z.infer<typeof completeness>

/** One attestation of the chain: depth 0 is the dataset's own, its inputs' are depth 1, and so on to the origins. */
export const chainNodeSchema = z.object({
  depth: z.number().int().nonnegative(),
  name: z.string(),
  predicateType: z.string(),
  sha256: hex,
  bundle: hex,
  reference: z.string(),
  level,
  signer: z.string().nullable(),
  time: z.string().nullable(),
  completeness: completeness.nullable(),
  inputs: z.array(
    z.object({ name: z.string(), sha256: hex, bundle: hex.nullable(), files: z.number().int().optional() }),
  ),
  /** The bundle of the version whose files are still in this one. */
  previous: hex.optional(),
  /** The stages of the execution: how many attempts, and the first 100 of them. */
  stages: z
    .object({
      ref: z.string(),
      sha256: hex,
      lines: z.number().int().positive(),
      failed: z.number().int().nonnegative(),
      attempts: z.array(
        z.object({
          name: z.string(),
          line: hex,
          operation: z.string(),
          outcome: z.enum(['succeeded', 'failed']),
          inputs: z.array(z.string()),
        }),
      ),
    })
    .optional(),
  files: z.number().int().nonnegative().optional(),
  recordCount: z.string().optional(),
  origin: z
    .object({
      source: z.string(),
      sourceType: z.string().optional(),
      collectionMethod: z.string().optional(),
      geography: z.string().optional(),
      consent: z.looseObject({}).optional(),
    })
    .optional(),
  transform: z.object({ type: z.string(), name: z.string().optional(), description: z.string().optional() }).optional(),
})
export type ChainNode = z.infer<typeof chainNodeSchema>
