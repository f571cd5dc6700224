import type { Thresholds, TimestampAuthority, TrustedLog, Witness } from '../trust/index.ts'
import { type PolicySource, refuse } from './read-policy.ts'

/** Somebody whom a file of a policy names, and who may count for a threshold. */
export interface Candidate {
  readonly kind: 'timestamp authority' | 'log' | 'witness'
  /** For people. */
  readonly name: string
  /** By which the file of a threshold knows it. */
  readonly id: string
  /** By which it is counted. */
  readonly countedAs: string
  /** The file that names it. */
  readonly place: string
}

export const authorityCandidate = ({ name, id }: TimestampAuthority, place: string): Candidate => ({
  kind: 'timestamp authority',
  name,
  id,
  countedAs: id,
  place,
})

/** Known by the id that its entries name, counted by its key: whoever holds that could keep a log under each of several ids. */
export const logCandidate = ({ name, id, key }: TrustedLog, place: string): Candidate => ({
  kind: 'log',
  name,
  id: `${key.id} ${id}`,
  countedAs: key.id,
  place,
})

export const witnessCandidate = ({ name, key }: Witness, place: string): Candidate => ({
  kind: 'witness',
  name,
  id: key.id,
  countedAs: key.id,
  place,
})

/** Whom a threshold counts. A log that promises a time (Rekor v1) vouches for it, and no log says beforehand that it does not. */
const COUNTED: Readonly<Record<keyof Thresholds, { title: string; kinds: readonly Candidate['kind'][] }>> = {
  timestampThreshold: { title: 'timestamp authorities, logs among them,', kinds: ['timestamp authority', 'log'] },
  logThreshold: { title: 'logs', kinds: ['log'] },
  witnessThreshold: { title: 'witnesses', kinds: ['witness'] },
}

/**
 * How many are asked for: of several files, the highest number. Each threshold counts those that its file names, by itself
 * or by what it extends; where another file names one more, that one would answer in their place, and the policy is refused.
 *
 * @see docs/decisions/0048-a-threshold-counts-whom-its-file-knows.md
 */
export function readThresholds(
  sources: readonly PolicySource[],
  candidates: readonly Candidate[],
  place: string,
): Required<Thresholds> {
  const askFor = (threshold: keyof Thresholds): number => {
    const { title, kinds } = COUNTED[threshold]
    const counted = candidates.filter(({ kind }) => kinds.includes(kind))
    const asking = sources.filter(({ document }) => document.trust?.[threshold] !== undefined)
    const asked = Math.max(0, ...asking.map(({ document }) => document.trust?.[threshold] ?? 0))
    const named = new Set(counted.map(({ countedAs }) => countedAs)).size
    if (asked > named) throw refuse(place, `${asked} ${title} are asked for, ${named} are named`)
    for (const source of asking) refuseStrangers(source, counted)
    return asked
  }
  return {
    timestampThreshold: askFor('timestampThreshold'),
    logThreshold: askFor('logThreshold'),
    witnessThreshold: askFor('witnessThreshold'),
  }
}

function refuseStrangers({ place, extended }: PolicySource, counted: readonly Candidate[]): void {
  const known = new Set(counted.filter((by) => by.place === place || extended.has(by.place)).map(({ id }) => id))
  const stranger = counted.find(({ id }) => !known.has(id))
  if (stranger === undefined) return
  const { kind, name } = stranger
  throw refuse(
    stranger.place,
    `the ${kind} ${name} would count for the threshold of ${place}, which does not know it: name it there`,
  )
}
