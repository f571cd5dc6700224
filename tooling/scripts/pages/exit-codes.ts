import { EXIT_CODES } from '../../../apps/cli/src/exit-codes.ts'
import type { Page } from './page.ts'

export function renderExitCodes(): Page {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  const lines = [
    '# Exit codes',
    '',
    'Every command of `makoto` ends with one of these. `makoto verify … --then COMMAND` ends with the code of the command that it ran, unless',
    'the data changed.',
    '',
    '| code | meaning |',
    '|---|---|',
    ...rows,
    '',
  ]
  return { file: 'guide/exit-codes.md', text: lines.join('\n') }
}
