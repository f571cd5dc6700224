/** A version that this verifier has proven before. */
export interface SeenVersion {
  readonly name: string
  readonly subject: string
  /** Digest of its attestation. */
  readonly bundle: string
  /** The earlier of its stated and its earliest verified time, in ms since the epoch; undefined where none was verified. */
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

/**
 * What a version of this name has to follow: the seen one of the latest time, whoever wrote it down first, and the last
 * one without a time that was written down after it. Nothing orders that one but its line.
 */
export function newestSeen(seen: readonly SeenVersion[]): SeenVersion[] {
  const latest = seen.reduce<SeenVersion | undefined>(
    (newest, version) =>
      version.time !== undefined && version.time >= (newest?.time ?? Number.NEGATIVE_INFINITY) ? version : newest,
    undefined,
  )
  const since = latest === undefined ? seen : seen.slice(seen.lastIndexOf(latest) + 1)
  const undated = since.findLast(({ time }) => time === undefined)
  return [latest, undated].filter((version) => version !== undefined)
}
