import type { DigestDatasetOptions } from '@makoto/core'
import type { Invocation, Options, Values } from './command.ts'
import { showHashing } from './progress.ts'

/** How data is read: the same for every command that reads it, so that they arrive at the same digest. */
export const DATA_OPTIONS = {
  as: { value: 'KIND', choices: ['files'], text: 'take a table for the plain files that lie there' },
  strict: { text: 'refuse where files are left out by rule, or two names are one elsewhere' },
  symlinks: { value: 'HOW', choices: ['refuse', 'inside'], text: 'inside: follow links that stay in the directory' },
} as const satisfies Options

export function readDataOptions(
  { as, strict, symlinks }: Values<typeof DATA_OPTIONS>,
  { signal, terminal }: Pick<Invocation, 'signal' | 'terminal'>,
): DigestDatasetOptions {
  return { as, strict, symlinks, signal, onProgress: showHashing(terminal) }
}
