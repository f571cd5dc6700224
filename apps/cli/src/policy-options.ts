import { askMore, type Policy, type Trust } from '@makoto/core'
import type { Options, Values } from './command.ts'
import { readPolicyFile } from './policy-files.ts'
import { readSignerOptions, SIGNER_OPTIONS } from './signer-options.ts'
import { UsageError } from './usage-error.ts'

/** Whom the caller believes: named one by one, or by a policy that also says for what. */
export const POLICY_OPTIONS = {
  policy: { value: 'FILE', text: 'a makoto.policy.yaml: whom you believe for which data, and what has to hold' },
  ...SIGNER_OPTIONS,
} as const satisfies Options

type PolicyValues = Values<typeof POLICY_OPTIONS>
interface Believed {
  readonly trust: Trust
  readonly policy?: Policy
}

const NAMED_BY_POLICY = [
  'key',
  'rsa-padding',
  'ca',
  'trusted-root',
  'identity',
  'issuer',
  'tsa-root',
  'witness',
] as const

export async function readPolicyOptions(options: PolicyValues): Promise<Believed> {
  const named = await readSignerOptions(options)
  if (options.policy === undefined) return { trust: named }
  const both = NAMED_BY_POLICY.find((option) => options[option] !== undefined)
  if (both !== undefined)
    throw new UsageError(`--${both} does not go with --policy: a policy names everybody whom it believes`)
  const policy = await readPolicyFile(options.policy)
  return { trust: askMore(policy.trust, named), policy }
}
