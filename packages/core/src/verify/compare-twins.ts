import type { BundleReport } from './verify-bundle.ts'

/** What of a bundle decides between it and another that says the same. */
export interface Twin extends Pick<BundleReport, 'level' | 'times' | 'sha256'> {
  readonly signer?: object | undefined
}

/**
 * Orders bundles that say the same, the best first: signed before unsigned, then the highest level, then the earliest
 * time. Anybody can copy a bundle without its token, write its statement without the signature, or have an old signature
 * stamped again today; a copy of that kind must take nothing from the one that it was made of.
 *
 * @see FORMATS §3 `identity`
 */
export function compareTwins(a: Twin, b: Twin): number {
  return (
    Number(b.signer !== undefined) - Number(a.signer !== undefined) ||
    b.level - a.level ||
    timeOf(a) - timeOf(b) ||
    (a.sha256 < b.sha256 ? -1 : 1)
  )
}

/** Later than any, where there is none: two of these do not differ. */
const timeOf = ({ times: [earliest] }: Twin) => earliest?.time.getTime() ?? Number.MAX_SAFE_INTEGER
