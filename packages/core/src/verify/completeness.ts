import type { KnownStatement } from '../statement/index.ts'
import type { Completeness } from './chain-node.ts'

/**
 * Whether rows come from nowhere, because the plan made them. What has a place is not such: a dataset, a URI and a
 * database are read, whatever reason stands beside them.
 */
export function isGenerated({ name, reason }: { readonly name: string; readonly reason: string }): boolean {
  return reason === 'generated' && (name.startsWith('rows:') || !/^[a-z][a-z0-9+.-]*:/i.test(name))
}

/**
 * How complete a statement is, as far as it can be believed: never full by default, and not full
 * where the statement itself names an input that it could not resolve. Rows that the plan made by itself
 * (`generated`) come from nowhere, so they take nothing away.
 *
 * @see FORMATS §3, docs/spec/predicates.md Transform
 */
export function completenessOf({ predicate }: Extract<KnownStatement, { kind: 'origin' | 'transform' }>): Completeness {
  const { completeness, unresolvedInputs = [] } = predicate
  const unresolved = unresolvedInputs.filter((input) => !isGenerated(input))
  return {
    inputs: completeness?.inputs === 'full' && unresolved.length === 0 ? 'full' : 'partial',
    outputs: completeness?.outputs ?? 'partial',
    reasons: [...new Set([...(completeness?.reasons ?? []), ...unresolved.map(({ reason }) => reason)])].sort(),
  }
}
