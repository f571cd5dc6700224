import type { Node } from './chain.ts'
import { tooLarge, withDefaults } from './chain-limits.ts'
import { countFiles, cutLists } from './chain-references.ts'
import { openObservationCheck } from './check-observed.ts'
import { openStreamCheck } from './check-stream.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import type { WalkOptions } from './walk-options.ts'

export type Draft = { -readonly [Field in keyof Node]: Node[Field] }

export interface Waiting {
  readonly node: Draft
  /** Undefined where it was let go. */
  readonly whole: Attestation | undefined
}

/** A chain while it is followed. */
export interface Walk {
  readonly options: WalkOptions
  readonly nodes: Map<string, Draft>
  readonly waiting: Waiting[]
  readonly checkObservation: ReturnType<typeof openObservationCheck>
  readonly checkStream: ReturnType<typeof openStreamCheck>
  readonly limits: ReturnType<typeof withDefaults>
  /** What only an earlier version led to. */
  readonly earlier: Set<string>
  waitingBytes: number
  bytes: number
  earlierBytes: number
  /** The limit that earlier versions have reached: what else they lead to is not followed. */
  beyond: string | undefined
  overflow: Check | undefined
}

export function startWalk(root: Attestation, options: WalkOptions): Walk {
  const walk: Walk = {
    options,
    nodes: new Map(),
    waiting: [],
    checkObservation: openObservationCheck(options),
    checkStream: openStreamCheck(options),
    limits: withDefaults(options.limits),
    earlier: new Set(),
    waitingBytes: 0,
    bytes: 0,
    earlierBytes: 0,
    beyond: undefined,
    overflow: undefined,
  }
  admit(walk, root, 0)
  return walk
}

export function admit(walk: Walk, whole: Attestation, depth: number): void {
  const node: Draft = {
    depth,
    attestation: cutLists(whole),
    files: countFiles(whole),
    inputs: [],
    previous: undefined,
    stages: undefined,
    checks: [],
  }
  walk.nodes.set(whole.report.sha256, node)
  countBytes(walk, whole.bytes, whole)
  const keeps = walk.waitingBytes + whole.bytes <= walk.limits.maxWaitingBytes
  if (keeps) walk.waitingBytes += whole.bytes
  walk.waiting.push({ node, whole: keeps ? whole : undefined })
}

export function countBytes(walk: Walk, bytes: number, { report }: Attestation): void {
  const { maxBytes } = walk.limits
  if (walk.earlier.has(report.sha256)) walk.earlierBytes += bytes
  else walk.bytes += bytes
  if (walk.bytes > maxBytes) walk.overflow = tooLarge(`${maxBytes} bytes of attestations`)
  if (walk.bytes + walk.earlierBytes > maxBytes) walk.beyond = `${maxBytes} bytes of attestations`
}
