import type { PolicySubject } from './policy-evidence.ts'

/** What keeps a dataset from standing on attested origins only: one that was merely found, or that nobody knows. */
export function findOriginFault(subject: PolicySubject, chain: ReadonlyMap<string, PolicySubject>): string | undefined {
  const waiting = [subject]
  const seen = new Set<string>()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.observed) return `${next.name} was only observed when it was read`
    if (next.open !== undefined) return `nobody knows what ${next.name} comes from: ${next.open}`
    if (seen.has(next.bundle)) continue
    seen.add(next.bundle)
    waiting.push(...next.inputs.flatMap((bundle) => chain.get(bundle) ?? []))
  }
  return undefined
}
