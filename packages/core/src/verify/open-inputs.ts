import type { Node } from './chain.ts'
import { completenessOf } from './completeness.ts'

/**
 * What an attested dataset was made from and leads to no attestation: an input or an earlier version that could not
 * be followed, or inputs that the statement itself does not give in full, unless the caller accepts why. A job that
 * read nothing with a digest states an origin, and what it could not resolve is open all the same. Undefined where
 * there is none: then every origin is known.
 *
 * @see FORMATS §3 Origins of data merely found
 */
export function findOpenInput({ attestation: { report }, inputs, previous }: Node): string | undefined {
  const open = inputs.find(({ check }) => check.status !== 'pass')
  if (open !== undefined) return `input ${open.input.name}: ${open.check.detail}`
  if (previous !== undefined && previous.check.status !== 'pass')
    return `${previous.check.title}: ${previous.check.detail}`
  const isWhole = report.checks.some(({ id, status }) => id === 'completeness' && status === 'pass')
  const { known } = report
  if (isWhole || (known?.kind !== 'transform' && known?.kind !== 'origin')) return undefined
  if (known.predicate.transform === undefined) return undefined
  const { inputs: extent, reasons } = completenessOf(known)
  return extent === 'full' ? undefined : `inputs are partial: ${reasons.join(', ') || 'no reason given'}`
}
