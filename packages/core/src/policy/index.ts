export {
  acceptedReasons,
  decidePolicy,
  type PolicyAnswer,
  type PolicyDecision,
  requiredLevel,
  rulesFor,
} from './decide-policy.ts'
export { mayAttest } from './match-signer.ts'
export { type Policy, readPolicy } from './policy.ts'
export { POLICY_SCHEMA, type PolicyDocument, type PolicyRule, policyDocumentSchema } from './policy-document.ts'
export type { PolicyEvidence, PolicySubject, RunFacts, SignerFacts } from './policy-evidence.ts'
export { policyJsonSchemas } from './policy-json-schema.ts'
export {
  POLICY_TEST_SCHEMA,
  type PolicyTestCase,
  type PolicyTestDocument,
  policyTestDocumentSchema,
} from './policy-test-document.ts'
export { type PolicyFiles, parsePolicyText, readPolicySources } from './read-policy.ts'
export type { SignerMatch } from './resolve-signer.ts'
