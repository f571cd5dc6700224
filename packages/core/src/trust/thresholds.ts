import type { Trust } from './trust.ts'

/** How many of those whom a caller names have to agree. */
export type Thresholds = Pick<Trust, 'timestampThreshold' | 'logThreshold' | 'witnessThreshold'>

/** The same trust, asking for as many as either does. `NaN`, which a caller from JavaScript may ask for, is never reached. */
export function askMore<T extends Thresholds>(trust: T, asked: Thresholds): T & Required<Thresholds> {
  const most = (threshold: keyof Thresholds) => Math.max(0, trust[threshold] ?? 0, asked[threshold] ?? 0)
  return {
    ...trust,
    timestampThreshold: most('timestampThreshold'),
    logThreshold: most('logThreshold'),
    witnessThreshold: most('witnessThreshold'),
  }
}
