import { passed, plural, refuted, skipped } from './check.ts'
import type { NewestKnown } from './judge-newest.ts'
import type { Check, Report } from './report.ts'

/**
 * Whether this is the newest version. A store can hide what came later, so it never makes a `yes`: that
 * takes a version that the caller knows from elsewhere. What it does show counts against; what passes without
 * such knowledge is only that it shows nothing later, and is named so. Where pointers that may lead to a later
 * one were too many to follow, not even that is known: anybody can add pointers, so it contradicts nothing, and it
 * proves nothing to whom does not know the version.
 *
 * @see FORMATS §3 Order, §4
 */
export function checkNewest(
  { later, forks }: NewestKnown,
  { found, expectVersion, unread }: { found: string; expectVersion: string | undefined; unread: number },
): { newestKnown: Report['newestKnown']; check: Check } {
  const title = 'newest known'
  if (later !== undefined) {
    const when = later.time === undefined ? '' : `, attested ${new Date(later.time).toISOString()}`
    const detail = `no: version ${later.subject} comes after this one${when}`
    return { newestKnown: 'no', check: refuted('newest', 'superseded', title, detail) }
  }
  if (expectVersion !== undefined && expectVersion !== found)
    return {
      newestKnown: 'unknown',
      check: refuted('newest', 'version-unexpected', title, `you expect version ${expectVersion}, this is ${found}`),
    }
  const beside = [
    forks.length === 0 ? '' : `; ${plural(forks.length, 'other version')} made from the same previous one (a fork)`,
    unread === 0 ? '' : `; ${plural(unread, 'pointer')} not read`,
  ].join('')
  if (expectVersion !== undefined)
    return { newestKnown: 'yes', check: passed('newest', title, `yes: the version that you expect${beside}`) }
  if (unread > 0)
    return {
      newestKnown: 'unknown',
      check: skipped('newest', 'newest', `not known whether there is a later one${beside}`),
    }
  return { newestKnown: 'unknown', check: passed('newest', 'newest', `none later in this store${beside}`) }
}
