import type { StagesFinding } from './check-stages.ts'

/** The stages of an execution as the chain keeps and shows them. */
export interface StageSummary {
  readonly ref: string
  readonly sha256: string
  /** Attempts, the failed ones among them. */
  readonly lines: number
  readonly failed: number
  /** The first of them, in the order of their lines. */
  readonly attempts: readonly StageAttempt[]
}

export interface StageAttempt {
  readonly name: string
  readonly line: string
  readonly operation: string
  readonly outcome: 'succeeded' | 'failed'
  /** Names of what it read: datasets and stages. */
  readonly inputs: readonly string[]
}

const MAX_ATTEMPTS = 100

export function summarizeStages({ ref, sha256, lines }: StagesFinding): StageSummary {
  return {
    ref,
    sha256,
    lines: lines.length,
    failed: lines.filter(({ stage }) => stage.outcome === 'failed').length,
    attempts: lines.slice(0, MAX_ATTEMPTS).map(({ name, line, stage, inputs }) => ({
      name,
      line,
      operation: stage.name,
      outcome: stage.outcome,
      inputs: inputs.map((input) => input.name),
    })),
  }
}
