import { mayAttest, type Policy, rulesFor, type SignerFacts } from '../policy/index.ts'
import type { Store } from '../store/store.ts'
import { rememberAnswers } from './answer-memory.ts'
import { namesOfSubject } from './dataset-names.ts'
import { factsOf } from './signer-facts.ts'
import type { BundleReport, VerifyBundleOptions } from './verify-bundle.ts'
import { type KnownVersion, readHistory, type VersionHistory } from './version-history.ts'

export interface HearingScope {
  readonly store: Store
  readonly trust: VerifyBundleOptions
  readonly policy: Policy | undefined
}

/** Whether the policy lets the signer of an attestation speak for every name that this gives its dataset. */
export function isEntitled({ statement, signer }: BundleReport, policy: Policy | undefined): boolean {
  const [subject] = statement?.subject ?? []
  if (policy === undefined || subject === undefined) return true
  return mayAttest(factsOf(signer), rulesFor(policy, ...namesOfSubject(subject)), policy)
}

/** The history of these names, without what strangers say of them. */
export async function readEntitledHistory(names: readonly string[], scope: HearingScope): Promise<VersionHistory> {
  const history = await readHistory(scope.store, names, scope.trust)
  return hearEntitled(history, history.versions.values(), scope.policy)
}

/**
 * The history in which each of the versions in question keeps the names that its signer may attest, by the rules of the
 * policy for that name. A key that is trusted for something else says nothing of this dataset; what `previous` connects
 * stays connected. A name that nobody else speaks for keeps its strangers: the policy itself then says what is wrong.
 *
 * @param spokenFor names for which an entitled signer is known to speak, whatever the history shows
 * @see docs/decisions/0041-a-key-is-trusted-for-names.md
 */
export function hearEntitled(
  history: VersionHistory,
  versions: Iterable<KnownVersion>,
  policy: Policy | undefined,
  spokenFor: Iterable<string> = [],
): VersionHistory {
  if (policy === undefined) return history
  const rulesOf = rememberAnswers((name: string) => rulesFor(policy, name))
  const isRuled = rememberAnswers((name: string) => rulesOf(name).some(({ attestedBy }) => attestedBy !== undefined))
  const may = rememberAnswers((signer: SignerFacts | undefined, name: string) =>
    mayAttest(signer, rulesOf(name), policy),
  )
  const ruled = [...versions]
    .filter(({ names }) => names.some((name) => isRuled(name)))
    .map((version) => ({ version, names: version.names.filter((name) => may(version.signer, name)) }))
  const heard = new Map(history.versions)
  for (const { version, names } of ruled) heard.set(version.bundle, { ...version, names })
  const spoken = new Set([...spokenFor, ...[...heard.values()].flatMap(({ names }) => names)])
  for (const { version, names } of ruled) {
    const kept = version.names.filter((name) => names.includes(name) || !spoken.has(name))
    heard.set(version.bundle, { ...version, names: kept })
  }
  return { ...history, versions: heard }
}
