const PREFIX = 'dataset:'

/**
 * Whether a whole name matches a glob: `*` stands for anything but `/`, `**` for anything, every other
 * character for itself. The glob is anchored at both ends. Takes time in proportion to both lengths.
 */
export function matchGlob(glob: string, text: string): boolean {
  let reached = new Uint8Array(text.length + 1)
  reached[0] = 1
  for (const part of glob.split(/(\*{1,2})/))
    reached = part.startsWith('*') ? stretch(part, text, reached) : step(part, text, reached)
  return reached[text.length] === 1
}

/** The same for names of datasets, whose `dataset:` may be left out of the glob, and of stream windows. */
export function matchDatasetGlob(glob: string, name: string): boolean {
  const isWhole = glob.startsWith(PREFIX) || glob.startsWith('*') || name.startsWith('stream:')
  return matchGlob(isWhole ? glob : PREFIX + glob, name)
}

/** The first of these names of datasets that none of the globs matches. */
export function findOutside(names: readonly string[], globs: readonly string[]): string | undefined {
  return names.find((name) => !globs.some((glob) => matchDatasetGlob(glob, name)))
}

/** Places in the text that a literal leads to from those that are reached. */
function step(literal: string, text: string, reached: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reached.length)
  for (let at = 0; at + literal.length <= text.length; at++)
    if (reached[at] === 1 && text.startsWith(literal, at)) next[at + literal.length] = 1
  return next
}

function stretch(star: string, text: string, reached: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reached.length)
  for (let at = 0, open = false; at <= text.length; at++) {
    open = reached[at] === 1 || (open && (star === '**' || text[at - 1] !== '/'))
    if (open) next[at] = 1
  }
  return next
}
