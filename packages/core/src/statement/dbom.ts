import * as z from 'zod'
import { optional } from './optional.ts'
import { anyDigestSchema, countSchema, textSchema } from './parts.ts'

const reference = {
  attestationRef: optional(z.string()),
  attestationType: optional(z.string()),
  makotoLevel: optional(z.string()),
}

const dbomSourceSchema = z.looseObject({
  name: textSchema,
  ...reference,
  description: optional(z.string()),
  geography: optional(z.string()),
  consent: optional(z.looseObject({})),
  license: optional(z.looseObject({})),
  contribution: optional(z.looseObject({ recordCount: optional(countSchema), recordPercentage: optional(z.number()) })),
})

const dbomTransformationSchema = z.looseObject({
  order: z.int().positive(),
  name: textSchema,
  ...reference,
  description: optional(z.string()),
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  transformType: optional(z.string()),
})

/**
 * DBOM 1.0, and the predicate `https://makoto.dev/dbom/v1`.
 *
 * `verification` belongs to a verification that really ran: a writer that has not verified leaves it
 * out. @see SPEC §2
 */
export const dbomSchema = z.looseObject({
  dbomVersion: z.literal('1.0.0'),
  dbomId: z.string().regex(/^urn:/, 'must be a URN'),
  dataset: z.looseObject({
    name: textSchema,
    version: optional(z.string()),
    description: optional(z.string()),
    created: optional(z.string()),
    creator: optional(z.looseObject({})),
    digest: optional(anyDigestSchema),
    makotoLevel: optional(z.string()),
  }),
  sources: z.array(dbomSourceSchema),
  transformations: z.array(dbomTransformationSchema),
  lineageGraph: optional(z.looseObject({ format: z.string(), content: z.string() })),
  compliance: optional(
    z.looseObject({
      overallMakotoLevel: optional(z.string()),
      levelJustification: optional(z.string()),
    }),
  ),
  verification: optional(
    z.looseObject({
      chainVerified: z.boolean(),
      allSignaturesValid: z.boolean(),
      attestationCount: z.int().nonnegative(),
      verificationTimestamp: z.string(),
      verifier: optional(z.looseObject({})),
    }),
  ),
  metadata: optional(
    z.looseObject({
      generator: optional(z.looseObject({})),
      created: optional(z.string()),
      validUntil: optional(z.string()),
      accessControl: optional(z.looseObject({})),
    }),
  ),
})

export type Dbom = z.infer<typeof dbomSchema>
