import { type Report, type VerifyDatasetOptions, verifyDataset, verifyMember } from '@makoto/core'
import type { Options, Values } from './command.ts'
import { UsageError } from './usage-error.ts'

/** For one file of a set, where the set is too large to read or not here. */
export const MEMBER_OPTIONS = {
  in: { value: 'DATASET', text: 'prove that this one file belongs to DATASET, without reading its other files' },
  path: { value: 'PATH', text: 'its path in DATASET, where it does not lie there' },
} as const satisfies Options

type MemberValues = Values<typeof MEMBER_OPTIONS>

/** What speaks of a whole dataset must not be said of a file. */
export function refuseForMember(
  options: MemberValues & { format?: string | undefined; 'insecure-any-name'?: boolean | undefined },
): void {
  if (options.in === undefined) {
    if (options.path !== undefined) throw new UsageError('--path needs --in DATASET: a path in which set?')
    return
  }
  if (options.format === 'vsa') throw new UsageError('--format vsa speaks of a whole dataset: it does not go with --in')
  if (options['insecure-any-name'])
    throw new UsageError('--insecure-any-name does not go with --in: the set is found by its name')
}

/** Verifies the dataset, or the one file of it that is asked about. */
export function verifyAsked(
  dataset: string,
  asked: VerifyDatasetOptions,
  { in: set, path }: MemberValues,
): Promise<Report> {
  return set === undefined ? verifyDataset(dataset, asked) : verifyMember(dataset, set, { ...asked, path })
}
