import { matchGlob } from '../name-glob.ts'
import type { Policy } from './policy.ts'
import type { PolicyRule } from './policy-document.ts'
import type { SignerFacts } from './policy-evidence.ts'
import type { SignerMatch } from './resolve-signer.ts'

/** The first of `names`, as the policy gives them to signers, that this one bears. */
export function nameOf(
  signer: SignerFacts,
  names: readonly string[],
  { signers }: Pick<Policy, 'signers'>,
): string | undefined {
  return names.find((name) => isSigner(signer, signers.get(name)))
}

/** Whether each of these rules, as far as it says who may attest, lets this signer. */
export function mayAttest(
  signer: SignerFacts | undefined,
  rules: readonly PolicyRule[],
  policy: Pick<Policy, 'signers'>,
): boolean {
  return rules.every(
    ({ attestedBy }) =>
      attestedBy === undefined || (signer !== undefined && nameOf(signer, attestedBy, policy) !== undefined),
  )
}

function isSigner(signer: SignerFacts, match: SignerMatch | undefined): boolean {
  if (match === undefined || match.kind !== signer.kind) return false
  if (match.kind === 'key') return match.id === signer.id
  const { subject, issuer, authorityIds } = match.identity
  const certified = authorityIds?.includes(signer.authorityId ?? '') ?? true
  return certified && matchGlob(subject, signer.id) && issuer === signer.issuer
}
