import { formatPem, POLICY_SCHEMA, type Policy, type PolicyRule, readPolicy } from '@makoto/core'
import type { Scene } from './scene.ts'

/** A rule for every dataset, where it says nothing else. */
export type Rule = Omit<PolicyRule, 'name' | 'datasets'> & { readonly datasets?: readonly string[] }

/** A policy that trusts the scene's key, as `spark`, and more: name to PEM. */
export async function writePolicy(
  scene: Scene,
  rules: readonly Rule[],
  signers: Record<string, string> = {},
): Promise<Policy> {
  const [key] = scene.trust.keys
  const keys = { spark: formatPem('PUBLIC KEY', key?.spki ?? new Uint8Array()), ...signers }
  const document = {
    schema: POLICY_SCHEMA,
    trust: {
      keys: Object.entries(keys).map(([name, text]) => ({ name, pem: text })),
      timestampAuthorities: [{ name: 'tsa', pem: scene.authority.rootPem }],
    },
    signers: Object.fromEntries(Object.keys(keys).map((name) => [name, { key: name }])),
    rules: rules.map((rule, i) => ({ name: `rule-${i}`, datasets: ['**'], ...rule })),
  }
  const text = new TextEncoder().encode(JSON.stringify(document))
  return readPolicy('policy.json', { resolve: (reference) => reference, read: async () => text })
}
