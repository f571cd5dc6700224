import * as z from 'zod'
import { optional } from './optional.ts'
import {
  countSchema,
  datasetFields,
  digestSourceSchema,
  executorSchema,
  fileEntrySchema,
  manifestReferenceSchema,
  othersSchema,
  sha256DigestSchema,
  sha256HexSchema,
  stagesReferenceSchema,
  textSchema,
  timeSchema,
  transformFieldsSchema,
  unresolvedInputSchema,
  versionDigestSchema,
  writtenSchema,
} from './parts.ts'
import { TRANSFORM } from './predicate-types.ts'

/** What was read of an input; `subset` names its own manifest where less than the version was read. */
export const observedSchema = z.looseObject({
  files: optional(countSchema),
  bytes: optional(countSchema),
  records: optional(countSchema),
  subset: optional(
    z.looseObject({
      sha256: sha256HexSchema,
      files: optional(z.array(fileEntrySchema).max(1000)),
      manifest: optional(manifestReferenceSchema),
    }),
  ),
  digestSource: optional(digestSourceSchema),
})

/**
 * One input: the version that was read and the attestation that stands for it.
 *
 * `attestationRef` is a store-relative path in our statements and may be a URL in others'; either
 * way it is looked up, never dereferenced. @see L2.P.8, L2.P.9, FORMATS §3 References
 */
export const transformInputSchema = z.looseObject({
  name: textSchema,
  digest: versionDigestSchema,
  attestationRef: optional(textSchema),
  attestationDigest: optional(sha256DigestSchema),
  makotoLevel: optional(z.string()),
  observed: optional(observedSchema),
  differsFrom: optional(z.looseObject({ attestationDigest: sha256DigestSchema })),
})
export type TransformInput = z.infer<typeof transformInputSchema>

/** How data was made from data: `https://makoto.dev/transform/v1`. @see SPEC §1, docs/spec/predicates.md Transform */
export const transformSchema = z
  .looseObject({
    inputs: z.array(transformInputSchema),
    unresolvedInputs: optional(z.array(unresolvedInputSchema)),
    transform: transformFieldsSchema,
    executor: executorSchema,
    metadata: optional(
      z.looseObject({
        invocationId: optional(z.string()),
        startedOn: optional(timeSchema),
        finishedOn: optional(timeSchema),
        durationSeconds: optional(z.union([z.number().nonnegative(), countSchema])),
        recordsInput: optional(countSchema),
        recordsOutput: optional(countSchema),
        recordsDropped: optional(countSchema),
        recordsModified: optional(countSchema),
        bytesInput: optional(countSchema),
        bytesOutput: optional(countSchema),
      }),
    ),
    verification: optional(
      z.looseObject({
        inputHashVerified: optional(z.boolean()),
        transformDeterministic: optional(z.boolean()),
        outputReproducible: optional(z.boolean()),
      }),
    ),
    written: optional(writtenSchema),
    others: optional(othersSchema),
    stagesRef: optional(stagesReferenceSchema),
    ...datasetFields,
  })
  .refine(({ inputs, transform }) => inputs.length > 0 || transform.type === TRANSFORM.sparkStage, {
    message: 'only a Spark stage may have no input',
    path: ['inputs'],
  })

export type TransformPredicate = z.infer<typeof transformSchema>
