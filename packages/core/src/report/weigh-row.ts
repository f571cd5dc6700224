import { REQUIREMENTS } from '../trust/levels.ts'
import { NOT_REACHED, type Report, type Requirement } from '../verify/report.ts'

const GATES: ReadonlySet<string> = new Set(REQUIREMENTS.filter(({ gates }) => gates).map(({ id }) => id))

/**
 * What a row means for the verdict. `met`: it holds, or does not arise. `decisive`: asked, not met, and the required
 * level needs it. `aside`: not met or not answered, and the verdict does not hang on it.
 */
export type Weight = 'met' | 'decisive' | 'aside'

export function weighRow({ id, level, status, reason }: Requirement, { required }: Pick<Report, 'required'>): Weight {
  if (status === 'pass' || status === 'not-applicable') return 'met'
  return level <= required && GATES.has(id) && reason !== NOT_REACHED ? 'decisive' : 'aside'
}
