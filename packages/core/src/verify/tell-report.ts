import type { RenderingAnalysis } from '../rendering/index.ts'
import type { Judgement } from './judge.ts'
import { type Check, REPORT_SCHEMA, type Report } from './report.ts'

/** The answers about the data itself, before the chain behind it. */
export interface OwnAnswers {
  readonly checks: readonly Check[]
  readonly newestKnown: Report['newestKnown']
  readonly files?: NonNullable<Report['failure']>['files']
}

/** What the caller's policy says: as one answer among the others, and in full. */
export interface PolicyAnswered {
  readonly check: Check
  readonly told: NonNullable<Report['policy']>
}

export interface Told {
  readonly dataset: Report['dataset']
  readonly rendering: RenderingAnalysis | undefined
  readonly own: OwnAnswers
  readonly decision: PolicyAnswered | undefined
  readonly required: 1 | 2 | 3
  readonly at: Date
}

/** The judgement as a report, whatever it is. */
export function tellReport(judgement: Judgement, { dataset, rendering, own, decision, required, at }: Told): Report {
  const failure = judgement.failure && {
    ...judgement.failure,
    ...(isAbsent(own.checks) ? { code: 'no-attestation' as const, message: own.checks[0]?.detail ?? '' } : {}),
    ...(own.files ? { files: own.files } : {}),
  }
  return {
    schema: REPORT_SCHEMA,
    verdict: failure ? 'NOT PROVEN' : 'PROVEN',
    level: judgement.level,
    required,
    ...(failure ? { failure } : {}),
    dataset,
    ...(rendering === undefined ? {} : { rendering }),
    verifiedOn: at.toISOString(),
    newestKnown: own.newestKnown,
    observedOrigins: judgement.observedOrigins,
    requirements: judgement.requirements,
    ...(decision ? { policy: decision.told } : {}),
    checks: judgement.checks,
    chain: judgement.chain,
  }
}

const isAbsent = (checks: readonly Check[]) => checks.length === 1 && checks[0]?.id === 'attestation' && !checks[0].code
