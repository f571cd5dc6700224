import type { TransformInput } from '../statement/index.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import type { StageSummary } from './summarize-stages.ts'

/** An attestation of the chain and what was found of each of its inputs. */
export interface Node {
  readonly depth: number
  /** Without lists of files: they are let go once they were compared, so that a long chain stays small. */
  readonly attestation: Attestation
  /** Entries that its list of files had. */
  readonly files: number | undefined
  readonly inputs: readonly Edge[]
  /** The version whose files are still in this one; undefined where this one replaced everything. */
  readonly previous: PreviousEdge | undefined
  readonly stages: StageSummary | undefined
  /** Answers that took more than the attestation itself: its stages, its stream, whether it may be an origin. */
  readonly checks: readonly Check[]
}

export interface Edge {
  readonly input: TransformInput
  /** The bundle that stands for it; undefined where none could be found. */
  readonly bundle: string | undefined
  readonly check: Check
}

export interface PreviousEdge {
  readonly bundle: string | undefined
  readonly check: Check
}

export interface Chain {
  /** The dataset's own first, origins last; each attestation once. */
  readonly nodes: readonly Node[]
  /** What is wrong with the chain as a whole. */
  readonly checks: readonly Check[]
}

/** What was found of everything that an attestation refers to. */
export const linkChecks = ({ inputs, previous, checks }: Pick<Node, 'inputs' | 'previous' | 'checks'>): Check[] => [
  ...inputs.map(({ check }) => check),
  ...(previous ? [previous.check] : []),
  ...checks,
]

/** Bundles of the chain that an attestation stands on. */
export const upstreamOf = ({ inputs, previous }: Pick<Node, 'inputs' | 'previous'>): string[] =>
  [...inputs, ...(previous ? [previous] : [])].flatMap(({ bundle }) => bundle ?? [])
