/** A version that this verifier has proven before. */
export interface SeenVersion {
  readonly name: string
  readonly subject: string
  /** Digest of its attestation. */
  readonly bundle: string
  /** Its earliest verified time, in ms since the epoch; undefined where it had none. */
  readonly time: number | undefined
}

/**
 * What a verifier remembers of its own verifications, as ssh remembers hosts: a store that hides a later version from
 * it cannot make it forget. Belongs to the caller, never to the store.
 *
 * @see FORMATS §4, docs/spec/predicates.md Memory
 */
export interface VersionMemory {
  /** What was seen under these names, in the order of seeing. */
  recall(names: readonly string[]): Promise<readonly SeenVersion[]>
  /** Called after PROVEN only. */
  remember(versions: readonly SeenVersion[]): Promise<void>
}

/** The newest of what was seen: the latest time, whoever wrote it down first; without times, the last line. */
export function newestSeen(seen: readonly SeenVersion[]): SeenVersion | undefined {
  return seen.reduce<SeenVersion | undefined>(
    (newest, version) => (newest === undefined || timeOf(version) >= timeOf(newest) ? version : newest),
    undefined,
  )
}

const timeOf = ({ time }: SeenVersion) => time ?? Number.NEGATIVE_INFINITY
