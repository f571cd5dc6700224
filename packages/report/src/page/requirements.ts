import { ATTESTATION_REQUIREMENTS, type Check, type Report, statusOfRow } from '@makoto/core/verify'
import { element } from './element.ts'

const WORDS: Readonly<Record<string, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  skipped: 'skipped',
  declared: 'declared',
  'not-applicable': 'does not apply',
}

/** One row for each requirement; the last column is filled when the reader's own browser has answered. */
export function renderRequirements({ requirements }: Report): HTMLElement {
  return element(
    'table',
    { class: 'requirements' },
    element(
      'caption',
      {},
      'Each requirement of the specification, with what was compared. “Declared” is the producer’s word, and never a pass.',
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
    element('tbody', {}, requirements.map(renderRow)),
  )
}

function renderRow({ id, text, status, evidence, reason }: Report['requirements'][number]): HTMLElement {
  const here = element('td', { 'data-here': id, class: 'status' }, '–')
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, id),
    element('td', {}, text),
    element('td', { class: `status ${status}` }, WORDS[status] ?? status),
    element('td', {}, evidence || reason),
    here,
  )
}

/** What the reader's browser answers; rows about the data itself stay open, since the page does not carry it. */
export function showAnswers(root: ParentNode, checks: readonly Check[]): void {
  const answers = new Map(
    ATTESTATION_REQUIREMENTS.map((row) => [row.id, row.check === undefined ? undefined : statusOfRow(row, checks)]),
  )
  for (const cell of root.querySelectorAll<HTMLElement>('[data-here]')) {
    const status = checks.length === 0 ? undefined : answers.get(cell.dataset.here ?? '')
    cell.className = `status ${status ?? ''}`
    cell.textContent = status === undefined ? '–' : (WORDS[status] ?? status)
  }
}
