import type { z } from 'zod'

const MAX_ISSUES = 5

/** What a schema found wrong, in one line: `predicate.origin.source: …; …`. */
export function describeIssues({ issues }: z.ZodError): string {
  const named = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.map(String).join('.') || 'document'}: ${message}`)
  const left = issues.length - named.length
  return left > 0 ? `${named.join('; ')}; and ${left} more` : named.join('; ')
}
