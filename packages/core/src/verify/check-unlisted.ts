import { passed, plural, refuted } from './check.ts'
import { differenceOf } from './file-list.ts'
import type { Check, FileDifference } from './report.ts'

/** As a `DatasetDigest` has them. */
interface Unlisted {
  readonly unlisted?: readonly string[] | undefined
}

/**
 * What lies beside a streaming sink's log and is not in it. The digest does not cover it, and only a reader that follows
 * the log passes over it: whoever adds log and file makes an attested directory say something else to all the others.
 *
 * @see FORMATS §1, docs/decisions/0043-what-lies-beside-a-sinks-log.md
 */
export function checkUnlisted({ unlisted = [] }: Unlisted, accepted: boolean): Check[] {
  const [first] = unlisted
  if (first === undefined) return []
  const found = `${plural(unlisted.length, 'file')} beside the sink's log, not in it: ${first}`
  if (accepted) return [passed('files', 'files', `${found}; you accept what the log does not list`)]
  return [refuted('files', 'files-unlisted', 'files', found)]
}

export function describeUnlisted({ unlisted = [] }: Unlisted): { readonly files?: FileDifference } {
  return unlisted.length === 0 ? {} : { files: differenceOf({ altered: [], missing: [], added: unlisted }) }
}
