import type { KnownVersion, VersionHistory } from './version-history.ts'

type Versions = VersionHistory['versions']
type Target = Pick<KnownVersion, 'bundle' | 'identity'>

/** The bundles to which a version's `previous` leads, the nearest first, whether they are known or not. */
function linksOf(from: KnownVersion, versions: Versions): Set<string> {
  const links = new Set<string>()
  for (let link = from.previous; link !== undefined && !links.has(link.bundle); ) {
    links.add(link.bundle)
    link = versions.get(link.bundle)?.previous
  }
  return links
}

/** Those of them that are known. */
export function ancestorsOf(from: KnownVersion, versions: Versions): KnownVersion[] {
  return [...linksOf(from, versions)].flatMap((bundle) => versions.get(bundle) ?? [])
}

/** Whether a version is that of this bundle, made once or twice, or was made after it by its `previous` chain. */
export function comesFrom(version: KnownVersion, bundle: string, { versions }: VersionHistory): boolean {
  const target = { bundle, identity: versions.get(bundle)?.identity ?? bundle }
  if (version.bundle === bundle || version.identity === target.identity) return true
  return openAncestry(version, versions)(target)
}

/** Asks of any version whether this one's `previous` chain leads to it, made once or twice; the chain is walked once. */
export function openAncestry(from: KnownVersion, versions: Versions): (target: Target) => boolean {
  const bundles = linksOf(from, versions)
  const identities = new Set(ancestorsOf(from, versions).map(({ identity }) => identity))
  return ({ bundle, identity }) => bundles.has(bundle) || identities.has(identity)
}

/**
 * Asks of any version whether its `previous` chain leads to this one, made once or twice. Where chains join, the rest is
 * walked once: anybody can add thousands of versions that each name the one before.
 */
export function openDescent(target: Target, versions: Versions): (from: KnownVersion) => boolean {
  const known = new Map<string, boolean>()
  const isTarget = (bundle: string) => bundle === target.bundle || versions.get(bundle)?.identity === target.identity
  return ({ previous }) => {
    const walked = new Set<string>()
    let link = previous?.bundle
    while (link !== undefined && !known.has(link) && !walked.has(link)) {
      walked.add(link)
      if (isTarget(link)) known.set(link, true)
      else link = versions.get(link)?.previous?.bundle
    }
    const leads = link !== undefined && known.get(link) === true
    for (const bundle of walked) known.set(bundle, leads)
    return leads
  }
}
