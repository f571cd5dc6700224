import * as z from 'zod'
import { optional } from './optional.ts'
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
    sourceType: optional(textSchema),
    collectionMethod: optional(textSchema),
    geography: optional(z.string()),
    consent: optional(
      z.looseObject({
        type: optional(z.string()),
        reference: optional(z.string()),
        obtained: optional(z.string()),
      }),
    ),
  }),
  collector: z.looseObject({
    id: textSchema,
    version: optional(versionsSchema),
    environment: optional(z.string()),
  }),
  schema: optional(
    z.looseObject({
      format: optional(z.string()),
      schemaRef: optional(z.string()),
      schemaDigest: optional(anyDigestSchema),
    }),
  ),
  metadata: optional(
    z.looseObject({
      collectionDuration: optional(z.string()),
      bytesCollected: optional(countSchema),
      recordsCollected: optional(countSchema),
      recordsDropped: optional(countSchema),
      filesCollected: optional(countSchema),
      errorRate: optional(z.union([z.number(), z.string()])),
      invocationId: optional(z.string()),
    }),
  ),
  dtaCompliance: optional(z.looseObject({})),
  change: optional(z.looseObject({ appended: countSchema, altered: countSchema, removed: countSchema })),
  digestSource: optional(digestSourceSchema),
  ...datasetFields,
  // A job whose inputs nobody could digest states an origin, with what it did beside it.
  transform: optional(transformFieldsSchema),
  executor: optional(executorSchema),
  unresolvedInputs: optional(z.array(unresolvedInputSchema)),
  written: optional(writtenSchema),
  others: optional(othersSchema),
  stagesRef: optional(stagesReferenceSchema),
})

export type OriginPredicate = z.infer<typeof originSchema>
