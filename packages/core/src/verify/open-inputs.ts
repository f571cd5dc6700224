import type { Node } from './chain.ts'
import { completenessOf } from './completeness.ts'

/**
 * What an attested dataset was made from and leads to no attestation: an input that could not be followed, or
 * inputs that the statement itself does not give in full, unless the caller accepts why. Undefined where there is
 * none: then every origin is known.
 *
 * @see FORMATS §3 Origins of data merely found
 */
export function findOpenInput({ attestation: { report }, inputs }: Node): string | undefined {
  const open = inputs.find(({ check }) => check.status !== 'pass')
  if (open !== undefined) return `input ${open.input.name}: ${open.check.detail}`
  const isWhole = report.checks.some(({ id, status }) => id === 'completeness' && status === 'pass')
  if (isWhole || report.known?.kind !== 'transform') return undefined
  const { inputs: extent, reasons } = completenessOf(report.known)
  return extent === 'full' ? undefined : `inputs are partial: ${reasons.join(', ') || 'no reason given'}`
}
