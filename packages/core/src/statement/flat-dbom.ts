import * as z from 'zod'
import { sha256HexSchema } from './parts.ts'

const lineageStepSchema = z.looseObject({
  step: z.int().positive(),
  description: z.string(),
  tool: z.string(),
  input_hash: z.string(),
  output_hash: z.string(),
})

/**
 * The flat DBOM v0.1 of the public SDKs: one line of steps, each beginning where the last ended and
 * the last ending at the source's hash. The chain is part of validity, so the schema checks it.
 *
 * @see SPEC §2
 */
export const flatDbomSchema = z
  .looseObject({
    schema_version: z.literal('0.1'),
    id: z.string().regex(/^dbom-/, 'must begin with dbom-'),
    created_at: z.iso.datetime({ offset: true }),
    source: z.looseObject({
      uri: z.string(),
      hash: z.looseObject({ algorithm: z.literal('sha256'), value: sha256HexSchema }),
      format: z.string(),
    }),
    signature: z.looseObject({ algorithm: z.literal('sha256'), value: sha256HexSchema, signer: z.string() }),
    lineage: z.array(lineageStepSchema).min(1),
  })
  .superRefine(({ source, lineage }, { addIssue }) => {
    const refuse = (step: number, field: string, message: string) =>
      addIssue({ code: 'custom', path: ['lineage', step, field], message })
    lineage.forEach((step, index) => {
      const expected = lineage[index - 1]?.output_hash ?? 'n/a'
      if (step.input_hash !== expected) refuse(index, 'input_hash', `must be ${expected}`)
    })
    if (lineage.at(-1)?.output_hash !== source.hash.value)
      refuse(lineage.length - 1, 'output_hash', 'must be the hash of the source')
  })

export type FlatDbom = z.infer<typeof flatDbomSchema>
