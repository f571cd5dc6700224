import type { TransformInput } from '../statement/index.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'

/** An attestation of the chain and what was found of each of its inputs. */
export interface Node {
  readonly depth: number
  readonly attestation: Attestation
  readonly inputs: Edge[]
}

export interface Edge {
  readonly input: TransformInput
  /** The bundle that stands for it; undefined where none could be found. */
  readonly bundle: string | undefined
  readonly check: Check
}

export interface Chain {
  /** The dataset's own first, origins last; each attestation once. */
  readonly nodes: readonly Node[]
  /** What is wrong with the chain as a whole. */
  readonly checks: readonly Check[]
}
