import { policyJsonSchemas } from '../../../packages/core/src/index.ts'
import type { Page } from './page.ts'

export function renderPolicySchemas(): Page[] {
  const { policy, policyTest } = policyJsonSchemas()
  return [
    { file: 'schemas/policy-v1.schema.json', text: `${JSON.stringify(policy, null, 2)}\n` },
    { file: 'schemas/policy-test-v1.schema.json', text: `${JSON.stringify(policyTest, null, 2)}\n` },
  ]
}
