import type { PreviousEdge } from './chain.ts'
import type { Reference } from './chain-references.ts'
import { refuted, skipped } from './check.ts'
import type { Check } from './report.ts'

/**
 * How much of a chain is read: of what data was made from, and once more of that with the earlier versions that it keeps
 * files of. What does not fit of these proves level 1; of the others, nothing.
 */
export interface ChainLimits {
  /** Attestations in a chain. Default 10,000. */
  readonly maxNodes?: number | undefined
  /** Bytes of them together, with their stages. Default 1 GiB. */
  readonly maxBytes?: number | undefined
  /** Bytes of those that wait in full for their turn; what is beyond is read again. Default 32 MiB. */
  readonly maxWaitingBytes?: number | undefined
}

export const withDefaults = ({ maxNodes, maxBytes, maxWaitingBytes }: ChainLimits = {}) => ({
  maxNodes: maxNodes ?? 10_000,
  maxBytes: maxBytes ?? 2 ** 30,
  maxWaitingBytes: maxWaitingBytes ?? 32 * 1024 * 1024,
})

export const tooLarge = (limit: string): Check => refuted('chain', 'chain-too-large', 'chain', `more than ${limit}`)

/** What is said of a reference that no longer fits. */
export function notFollowed(reference: Reference, limit: string): PreviousEdge {
  const detail = `not followed beyond ${limit}`
  const check =
    reference.kind === 'previous'
      ? skipped('previous', 'files of earlier versions', detail)
      : skipped('input', `input ${reference.input.name}`, detail)
  return { bundle: undefined, check }
}
