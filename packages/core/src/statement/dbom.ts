import * as z from 'zod'
import { anyDigestSchema, countSchema, textSchema } from './parts.ts'

const reference = {
  attestationRef: z.string().exactOptional(),
  attestationType: z.string().exactOptional(),
  makotoLevel: z.string().exactOptional(),
}

const dbomSourceSchema = z.looseObject({
  name: textSchema,
  ...reference,
  description: z.string().exactOptional(),
  geography: z.string().exactOptional(),
  consent: z.looseObject({}).exactOptional(),
  license: z.looseObject({}).exactOptional(),
  contribution: z
    .looseObject({ recordCount: countSchema.exactOptional(), recordPercentage: z.number().exactOptional() })
    .exactOptional(),
})

const dbomTransformationSchema = z.looseObject({
  order: z.int().positive(),
  name: textSchema,
  ...reference,
  description: z.string().exactOptional(),
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  transformType: z.string().exactOptional(),
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
    version: z.string().exactOptional(),
    description: z.string().exactOptional(),
    created: z.string().exactOptional(),
    creator: z.looseObject({}).exactOptional(),
    digest: anyDigestSchema.exactOptional(),
    makotoLevel: z.string().exactOptional(),
  }),
  sources: z.array(dbomSourceSchema),
  transformations: z.array(dbomTransformationSchema),
  lineageGraph: z.looseObject({ format: z.string(), content: z.string() }).exactOptional(),
  compliance: z
    .looseObject({
      overallMakotoLevel: z.string().exactOptional(),
      levelJustification: z.string().exactOptional(),
    })
    .exactOptional(),
  verification: z
    .looseObject({
      chainVerified: z.boolean(),
      allSignaturesValid: z.boolean(),
      attestationCount: z.int().nonnegative(),
      verificationTimestamp: z.string(),
      verifier: z.looseObject({}).exactOptional(),
    })
    .exactOptional(),
  metadata: z
    .looseObject({
      generator: z.looseObject({}).exactOptional(),
      created: z.string().exactOptional(),
      validUntil: z.string().exactOptional(),
      accessControl: z.looseObject({}).exactOptional(),
    })
    .exactOptional(),
})

export type Dbom = z.infer<typeof dbomSchema>
