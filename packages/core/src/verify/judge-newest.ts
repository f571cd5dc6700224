import { compareTwins } from './compare-twins.ts'
import { openAncestry, openDescent } from './previous-links.ts'
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
  const others = othersOf(version, history)
  const descends = openDescent(version, history.versions)
  const isEarlier = openAncestry(version, history.versions)
  return {
    later: others.find(
      (other) => descends(other) || (!isEarlier(other) && !isFork(other, version) && isYounger(other, version)),
    ),
    forks: others.filter((other) => isFork(other, version)),
  }
}

const isYounger = (other: KnownVersion, version: KnownVersion) =>
  other.time !== undefined && version.time !== undefined && other.time > version.time

const othersOf = (version: KnownVersion, { versions }: VersionHistory) =>
  [...versions.values()].filter(
    ({ identity, signer, names }) =>
      identity !== version.identity &&
      (signer !== undefined || version.signer === undefined) &&
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

/** The version of this name that no other comes after; the latest of several, and the best of those that say the same. */
export function newestOf({ versions }: VersionHistory, name: string): KnownVersion | undefined {
  const all = [...versions.values()].filter(({ names }) => names.includes(name))
  const signed = all.filter(({ signer }) => signer !== undefined)
  const eligible = signed.length > 0 ? signed : all
  const superseded = new Set(eligible.flatMap((version) => (version.previous ? [version.previous.bundle] : [])))
  const identities = new Set(eligible.filter(({ bundle }) => superseded.has(bundle)).map(({ identity }) => identity))
  return latestOf(eligible.filter(({ identity }) => !identities.has(identity)))
}

/** A copy without its timestamp, or with one of today, may seem later than what it was made of. */
export function latestOf(versions: readonly KnownVersion[]): KnownVersion | undefined {
  const [latest] = versions.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0) || compareTwins(a.twin, b.twin))
  const twins = versions.filter(({ identity }) => identity === latest?.identity)
  return twins.sort((a, b) => compareTwins(a.twin, b.twin))[0]
}

const isFork = (a: KnownVersion, b: KnownVersion) =>
  a.previous !== undefined && a.previous.bundle === b.previous?.bundle
