import * as z from 'zod'

export const POLICY_TEST_SCHEMA = 'https://makoto.dev/schemas/policy-test/v1'

const textSchema = z.string().min(1).max(4096)

const caseSchema = z
  .strictObject({
    name: textSchema,
    /** The newest version of this name that the store knows, or the version named beside it. */
    dataset: textSchema,
    version: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .exactOptional(),
    /** The moment of the decision, so that an expectation about age stays true. Default: now. */
    at: z.iso.datetime({ offset: true }).exactOptional(),
    expect: z.enum(['allowed', 'refused']),
    /** Which rule, and which of its conditions, must be among those that refuse. */
    rule: textSchema.exactOptional(),
    condition: textSchema.exactOptional(),
  })
  .refine(({ expect, rule, condition }) => expect === 'refused' || (rule === undefined && condition === undefined), {
    message: 'rule and condition say why something is refused',
  })

/** Expectations of a policy about attestations that a store holds. Unknown fields are refused. */
export const policyTestDocumentSchema = z.strictObject({
  schema: z.literal(POLICY_TEST_SCHEMA),
  policy: textSchema,
  store: textSchema.exactOptional(),
  tests: z.array(caseSchema).min(1).max(10_000),
})

export type PolicyTestDocument = z.infer<typeof policyTestDocumentSchema>
export type PolicyTestCase = PolicyTestDocument['tests'][number]
