import {
  ATTESTATION_REQUIREMENTS,
  type Check,
  REQUIREMENTS,
  type Report,
  type RequirementRow,
  statusOfRow,
} from '@makoto/core/verify'
import { element, scrollable, visible } from './element.ts'

const WORDS: Readonly<Record<string, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  skipped: 'skipped',
  declared: 'declared',
  'not-applicable': 'not applicable',
}

/** One row for each requirement that there is, in our words and not the page's; the last column is filled when the reader's own browser has answered. */
export function renderRequirements({ requirements }: Report): HTMLElement[] {
  const stated = new Map(requirements.map((row) => [row.id, row]))
  const table = element(
    'table',
    { class: 'requirements' },
    element(
      'caption',
      {},
      'Each requirement of the specification, with what was compared. “Declared” is the producer’s word, and never a pass. “–”: not asked here, since the page holds no data.',
    ),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ['Id', 'Requirement', 'Stated', 'Evidence', 'Here'].map((text) => element('th', { scope: 'col' }, text)),
      ),
    ),
    element(
      'tbody',
      {},
      REQUIREMENTS.map((row) => renderRow(row, stated.get(row.id))),
    ),
  )
  const statuses = REQUIREMENTS.map(({ id }) => stated.get(id)?.status ?? 'not stated')
  return [element('p', { id: 'requirement-counts' }, `As stated: ${countStatuses(statuses)}.`), scrollable(table)]
}

function countStatuses(statuses: readonly string[]): string {
  const counts = [...Object.keys(WORDS), 'not stated'].map((status) => {
    const count = statuses.filter((each) => each === status).length
    return count === 0 ? [] : [`${count} ${WORDS[status] ?? status}`]
  })
  return counts.flat().join(', ')
}

function renderRow({ id, text }: RequirementRow, stated: Report['requirements'][number] | undefined): HTMLElement {
  const { status = 'not stated', evidence = '', reason = '' } = stated ?? {}
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, id),
    element('td', {}, text),
    element('td', { class: `status ${status}` }, WORDS[status] ?? status),
    element('td', {}, evidence || reason, element('p', { class: 'found', 'data-found': id })),
    element('td', { 'data-here': id, class: 'status' }, '–'),
  )
}

/** Answers that are shown of a row that many attestations answer. */
const MAX_ANSWERS = 3

/** What the reader's browser answers; rows about the data itself stay open, since the page does not carry it. */
export function showAnswers(root: ParentNode, checks: readonly Check[]): void {
  const rows = new Map(checks.length === 0 ? [] : ATTESTATION_REQUIREMENTS.map((row) => [row.id, row]))
  for (const cell of root.querySelectorAll<HTMLElement>('[data-here]')) {
    const row = rows.get(cell.dataset.here ?? '')
    const status = row?.check === undefined ? undefined : statusOfRow(row, checks)
    cell.className = `status ${status ?? ''}`
    cell.textContent = status === undefined ? '–' : (WORDS[status] ?? status)
  }
  for (const cell of root.querySelectorAll<HTMLElement>('[data-found]'))
    cell.textContent = visible(tellFound(rows.get(cell.dataset.found ?? ''), checks, statedBeside(cell)))
}

const statedBeside = (cell: HTMLElement) => cell.parentElement?.firstChild?.textContent ?? ''

function tellFound(row: RequirementRow | undefined, checks: readonly Check[], stated: string): string {
  const asked = checks.filter(({ id, status }) => id === row?.check && status !== 'not-applicable')
  // What is not met comes first: it is why the row is what it is.
  const details = new Set(asked.toSorted((a, b) => rank(a) - rank(b)).map(({ detail }) => detail))
  if (details.size > 0 && [...details].every((detail) => stated.includes(visible(detail)))) return 'here: the same'
  const more = details.size > MAX_ANSWERS ? `; ${details.size - MAX_ANSWERS} more` : ''
  return details.size === 0 ? '' : `here: ${[...details].slice(0, MAX_ANSWERS).join('; ')}${more}`
}

const rank = ({ status }: Check) => (status === 'fail' ? 0 : status === 'pass' ? 2 : 1)
