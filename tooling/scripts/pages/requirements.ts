import { QUESTIONS, REQUIREMENTS, type RequirementRow } from '../../../packages/core/src/index.ts'
import type { Page } from './page.ts'

const LEVELS = [
  [1, 'Level 1: provenance exists'],
  [2, 'Level 2: provenance is authentic'],
  [3, 'Level 3: provenance is unforgeable'],
] as const

export function renderRequirements(): Page {
  const lines = [
    '# The requirements, and what we check of them',
    '',
    'One row for each requirement of the specification, as `makoto verify` reports it (`--json`: `requirements`). Ids with an `X` are our own:',
    'without them a level could be claimed for the wrong dataset, an old version, or half of the inputs.',
    '',
    '- `pass`: compared here and now, and it holds. `fail`: it does not. `skipped`: it could not be compared, which is never a pass.',
    "- `declared`: the producer's word. Nothing in an attestation lets a verifier check it, so it is said and never passed.",
    '- `not-applicable`: the question does not arise, as for the inputs of an origin.',
    '',
    'A level is proven when every row of it in **bold** is `pass` or `not-applicable`, for every attestation back to the origins, and nothing',
    'contradicts. What contradicts (a wrong signature, other bytes, a later version) leaves nothing proven at any level.',
    ...LEVELS.flatMap(([level, title]) => renderLevel(level, title)),
    '',
    '## Asked beside the table',
    '',
    'Questions of runs and policies, and what a reader should know of a chain.',
    '',
    '| check | what is compared | what is not told |',
    '|---|---|---|',
    ...renderOtherQuestions(),
    '',
    'What it means that something is not told: [the trust model and its limits](trust-model.md).',
    '',
  ]
  return { file: 'guide/requirements.md', text: lines.join('\n') }
}

function renderLevel(level: 1 | 2 | 3, title: string): string[] {
  const rows = REQUIREMENTS.filter((row) => row.level === level).map(renderRow)
  return [
    '',
    `## ${title}`,
    '',
    '| id | | requirement | what is compared | what is not told |',
    '|---|---|---|---|---|',
    ...rows,
  ]
}

function renderRow({ id, word, text, gates, check, otherwise }: RequirementRow): string {
  const question = check && QUESTIONS[check]
  const compared = question?.compared ?? `nothing: \`${otherwise?.status}\``
  const open = question?.open ?? otherwise?.reason ?? ''
  return `| ${gates ? `**${id}**` : id} | ${word} | ${text} | ${compared} | ${open} |`
}

function renderOtherQuestions(): string[] {
  const inTable = new Set<string | undefined>(REQUIREMENTS.map(({ check }) => check))
  return Object.entries(QUESTIONS)
    .filter(([check]) => !inTable.has(check))
    .map(([check, { compared, open = '' }]) => `| \`${check}\` | ${compared} | ${open} |`)
}
