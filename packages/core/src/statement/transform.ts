import * as z from 'zod'
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
  files: countSchema.exactOptional(),
  bytes: countSchema.exactOptional(),
  records: countSchema.exactOptional(),
  subset: z
    .looseObject({
      sha256: sha256HexSchema,
      files: z.array(fileEntrySchema).max(1000).exactOptional(),
      manifest: manifestReferenceSchema.exactOptional(),
    })
    .exactOptional(),
  digestSource: digestSourceSchema.exactOptional(),
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
  attestationRef: textSchema.exactOptional(),
  attestationDigest: sha256DigestSchema.exactOptional(),
  makotoLevel: z.string().exactOptional(),
  observed: observedSchema.exactOptional(),
  differsFrom: z.looseObject({ attestationDigest: sha256DigestSchema }).exactOptional(),
})
export type TransformInput = z.infer<typeof transformInputSchema>

/** How data was made from data: `https://makoto.dev/transform/v1`. @see SPEC §1, docs/spec/predicates.md Transform */
export const transformSchema = z
  .looseObject({
    inputs: z.array(transformInputSchema),
    unresolvedInputs: z.array(unresolvedInputSchema).exactOptional(),
    transform: transformFieldsSchema,
    executor: executorSchema,
    metadata: z
      .looseObject({
        invocationId: z.string().exactOptional(),
        startedOn: timeSchema.exactOptional(),
        finishedOn: timeSchema.exactOptional(),
        durationSeconds: z.union([z.number().nonnegative(), countSchema]).exactOptional(),
        recordsInput: countSchema.exactOptional(),
        recordsOutput: countSchema.exactOptional(),
        recordsDropped: countSchema.exactOptional(),
        recordsModified: countSchema.exactOptional(),
        bytesInput: countSchema.exactOptional(),
        bytesOutput: countSchema.exactOptional(),
      })
      .exactOptional(),
    verification: z
      .looseObject({
        inputHashVerified: z.boolean().exactOptional(),
        transformDeterministic: z.boolean().exactOptional(),
        outputReproducible: z.boolean().exactOptional(),
      })
      .exactOptional(),
    written: writtenSchema.exactOptional(),
    others: othersSchema.exactOptional(),
    stagesRef: stagesReferenceSchema.exactOptional(),
    ...datasetFields,
  })
  .refine(({ inputs, transform }) => inputs.length > 0 || transform.type === TRANSFORM.sparkStage, {
    message: 'only a Spark stage may have no input',
    path: ['inputs'],
  })

export type TransformPredicate = z.infer<typeof transformSchema>
