/** The predicate types that Makoto reads and writes. @see SPEC §1, FORMATS §3 */
export const PREDICATE = {
  origin: 'https://makoto.dev/origin/v1',
  transform: 'https://makoto.dev/transform/v1',
  streamWindow: 'https://makoto.dev/stream-window/v1',
  dbom: 'https://makoto.dev/dbom/v1',
  run: 'https://makoto.dev/run/v1',
  summary: 'https://slsa.dev/verification_summary/v1',
} as const

export type PredicateType = (typeof PREDICATE)[keyof typeof PREDICATE]

/** `transform.type` of the transforms that Makoto itself states. @see FORMATS §3 */
export const TRANSFORM = {
  sparkBatch: 'https://makoto.dev/transforms/spark-batch',
  sparkStreaming: 'https://makoto.dev/transforms/spark-streaming',
  sparkStage: 'https://makoto.dev/transforms/spark-stage',
  replication: 'https://makoto.dev/transforms/replication',
  compaction: 'https://makoto.dev/transforms/compaction',
} as const
