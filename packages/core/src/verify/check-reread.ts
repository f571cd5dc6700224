import { firstRefutation, refuted } from './check.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'

/**
 * Whether what was let go and read again is what it was. A store that answers in two ways would else hide what an
 * attestation was made from: of one that is refused now, no input is followed.
 */
export function checkReread(first: Attestation, again: Attestation): Check | undefined {
  const fault = first.report.accepted ? firstRefutation(again.report.checks) : undefined
  return fault && refuted('chain', fault.code, 'chain', `the store answers otherwise when asked again: ${fault.detail}`)
}
