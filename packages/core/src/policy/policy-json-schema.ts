import { z } from 'zod'
import { POLICY_SCHEMA, policyDocumentSchema } from './policy-document.ts'
import { POLICY_TEST_SCHEMA, policyTestDocumentSchema } from './policy-test-document.ts'

/** The JSON Schemas of policies and their tests, for editors. What only a reader of the files can tell is not in them. */
export function policyJsonSchemas(): { readonly policy: object; readonly policyTest: object } {
  const render = (id: string, title: string, schema: z.ZodType) => ({
    $id: id,
    title,
    ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' }),
  })
  return {
    policy: render(POLICY_SCHEMA, 'Makoto policy', policyDocumentSchema),
    policyTest: render(POLICY_TEST_SCHEMA, 'Tests of a Makoto policy', policyTestDocumentSchema),
  }
}
