import * as z from 'zod'
import {
  anyDigestSchema,
  countSchema,
  datasetFields,
  digestSourceSchema,
  executorSchema,
  othersSchema,
  stagesReferenceSchema,
  textSchema,
  timeSchema,
  transformFieldsSchema,
  unresolvedInputSchema,
  versionsSchema,
  writtenSchema,
} from './parts.ts'

/** Where data entered: `https://makoto.dev/origin/v1`. @see SPEC §1, docs/spec/predicates.md Origin */
export const originSchema = z.looseObject({
  origin: z.looseObject({
    source: textSchema,
    collectionTimestamp: timeSchema,
    sourceType: textSchema.exactOptional(),
    collectionMethod: textSchema.exactOptional(),
    geography: z.string().exactOptional(),
    consent: z
      .looseObject({
        type: z.string().exactOptional(),
        reference: z.string().exactOptional(),
        obtained: z.string().exactOptional(),
      })
      .exactOptional(),
  }),
  collector: z.looseObject({
    id: textSchema,
    version: versionsSchema.exactOptional(),
    environment: z.string().exactOptional(),
  }),
  schema: z
    .looseObject({
      format: z.string().exactOptional(),
      schemaRef: z.string().exactOptional(),
      schemaDigest: anyDigestSchema.exactOptional(),
    })
    .exactOptional(),
  metadata: z
    .looseObject({
      collectionDuration: z.string().exactOptional(),
      bytesCollected: countSchema.exactOptional(),
      recordsCollected: countSchema.exactOptional(),
      recordsDropped: countSchema.exactOptional(),
      filesCollected: countSchema.exactOptional(),
      errorRate: z.union([z.number(), z.string()]).exactOptional(),
      invocationId: z.string().exactOptional(),
    })
    .exactOptional(),
  dtaCompliance: z.looseObject({}).exactOptional(),
  change: z.looseObject({ appended: countSchema, altered: countSchema, removed: countSchema }).exactOptional(),
  digestSource: digestSourceSchema.exactOptional(),
  ...datasetFields,
  // A job whose inputs nobody could digest states an origin, with what it did beside it.
  transform: transformFieldsSchema.exactOptional(),
  executor: executorSchema.exactOptional(),
  unresolvedInputs: z.array(unresolvedInputSchema).exactOptional(),
  written: writtenSchema.exactOptional(),
  others: othersSchema.exactOptional(),
  stagesRef: stagesReferenceSchema.exactOptional(),
})

export type OriginPredicate = z.infer<typeof originSchema>
