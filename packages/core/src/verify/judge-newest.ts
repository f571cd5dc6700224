import type { KnownVersion, VersionHistory } from './version-history.ts'

export interface NewestKnown {
  /** A version that comes after the one in question. */
  readonly later: KnownVersion | undefined
  /** Versions that were made from the same previous one, without knowing of each other. */
  readonly forks: readonly KnownVersion[]
}

/**
 * Whether the store shows a version that comes after this one: one whose `previous` chain reaches it,
 * or, where no chain connects the two, one that was signed later. Two with the same `previous` are a
 * fork: neither comes after the other. What is not signed says nothing about what is, and other datasets
 * that the store holds say nothing at all.
 *
 * @see FORMATS §3 Order
 */
export function judgeNewest(version: KnownVersion, history: VersionHistory): NewestKnown {
  const forks = othersOf(version, history).filter((other) => isFork(other, version))
  const [later] = laterThan(version, history)
  return { later, forks }
}

/** All versions that come after this one. */
export function laterThan(version: KnownVersion, history: VersionHistory): KnownVersion[] {
  return othersOf(version, history).filter((other) => comesAfter(other, version, history.versions))
}

const othersOf = (version: KnownVersion, { versions }: VersionHistory) =>
  [...versions.values()].filter(
    ({ identity, signed, names }) =>
      identity !== version.identity &&
      (signed || !version.signed) &&
      names.some((name) => version.names.includes(name)),
  )

/**
 * Pointers that were not followed and may lead to a later version: those that state no earlier time than this one has.
 * Who can only add to a store cannot take back the time that the writer of a later version stated for it.
 */
export function countUnread(version: KnownVersion | undefined, history: VersionHistory, skewMs: number): number {
  const since = (version?.time ?? Number.NEGATIVE_INFINITY) - skewMs
  const others = history.unreadVersions.filter(({ bundle }) => bundle !== version?.bundle)
  // What states no day that there is says nothing of its time.
  return others.filter(({ time }) => Number.isNaN(time) || time >= since).length
}

/** The version of this name that no other comes after; the latest of several. */
export function newestOf({ versions }: VersionHistory, name: string): KnownVersion | undefined {
  const all = [...versions.values()].filter(({ names }) => names.includes(name))
  const signed = all.filter((version) => version.signed)
  const eligible = signed.length > 0 ? signed : all
  const superseded = new Set(eligible.flatMap((version) => (version.previous ? [version.previous.bundle] : [])))
  const identities = new Set(eligible.filter(({ bundle }) => superseded.has(bundle)).map(({ identity }) => identity))
  const heads = eligible.filter(({ identity }) => !identities.has(identity))
  return heads.sort((a, b) => (b.time ?? 0) - (a.time ?? 0) || (a.bundle < b.bundle ? -1 : 1))[0]
}

function comesAfter(other: KnownVersion, version: KnownVersion, versions: VersionHistory['versions']): boolean {
  if (reaches(other, version, versions)) return true
  if (reaches(version, other, versions) || isFork(other, version)) return false
  return other.time !== undefined && version.time !== undefined && other.time > version.time
}

const isFork = (a: KnownVersion, b: KnownVersion) =>
  a.previous !== undefined && a.previous.bundle === b.previous?.bundle

/** Whether a version is that of this bundle, made once or twice, or was made after it by its `previous` chain. */
export function comesFrom(version: KnownVersion, bundle: string, { versions }: VersionHistory): boolean {
  const target = { bundle, identity: versions.get(bundle)?.identity ?? bundle }
  return version.bundle === bundle || version.identity === target.identity || reaches(version, target, versions)
}

/** Whether walking back from `from` comes to `target`, made once or twice. */
function reaches(
  from: KnownVersion,
  target: Pick<KnownVersion, 'bundle' | 'identity'>,
  versions: VersionHistory['versions'],
): boolean {
  const seen = new Set<string>()
  for (let link = from.previous; link !== undefined && !seen.has(link.bundle); ) {
    seen.add(link.bundle)
    if (link.bundle === target.bundle || versions.get(link.bundle)?.identity === target.identity) return true
    link = versions.get(link.bundle)?.previous
  }
  return false
}
