import type { Options } from './command.ts'

const THEN = 'then'

/** A command that may only run on data that was proven. */
export const THEN_OPTIONS = {
  'then-rehash': { text: 'read every byte again after the command of --then, not only sizes and times' },
  [THEN]: {
    value: 'COMMAND…',
    rest: true,
    text: 'run this, with all that follows, if proven; check that the data stayed',
  },
} as const satisfies Options
