import type { Change, ChangeRow } from './changes.ts'
import { element, scrollable } from './element.ts'
import type { Version } from './facts.ts'
import { countOf, shortDigest } from './words.ts'

const MAX_NAMES = 200
/** Parameters can be pages long; both columns begin alike then, and the word says that they differ. */
const MAX_TEXT = 400

/** What became of the dataset since the version before it. */
export function renderChange(change: Change): HTMLElement[] {
  const { files, inputs, rows } = change
  const differ = rows.filter(({ before, now }) => before !== now)
  const same = rows.filter((row) => !differ.includes(row))
  return [
    files === undefined
      ? element('p', { id: 'file-changes' }, 'No lists of files travelled with the page: the digests below cover them.')
      : element(
          'p',
          { id: 'file-changes' },
          `${countOf(files.added.length, 'file')} added, ${files.removed.length} removed, ${files.altered.length} altered, ${files.same} the same.`,
        ),
    ...renderNames('Files added', files?.added ?? []),
    ...renderNames('Files removed', files?.removed ?? []),
    ...renderNames('Files altered', files?.altered ?? []),
    element('p', { id: 'input-changes' }, tellInputs(inputs)),
    ...renderNames('Inputs that are new', inputs.added),
    ...renderNames('Inputs that are gone', inputs.removed),
    ...renderNames('Inputs in another version', inputs.altered),
    element('p', { id: 'fact-changes' }, tellFacts(differ, same)),
    scrollable(
      element(
        'table',
        { class: 'facts' },
        element('caption', {}, 'The two versions, as their attestations state them.'),
        element('thead', {}, element('tr', {}, ['What', 'Before', 'Now', ''].map(headCell))),
        element('tbody', {}, [...differ, ...same].map(renderRow)),
      ),
    ),
  ]
}

/** Why there is nothing to compare: the signed statement says whether there was a version before. */
export function renderNoChange(after: Version | undefined): HTMLElement[] {
  const known = after?.known
  const previous = known?.kind === 'origin' || known?.kind === 'transform' ? known.predicate.previous : undefined
  const text =
    previous === null
      ? 'Its attestation says that this is the first version.'
      : previous === undefined
        ? 'Its attestation does not say which version was before this one.'
        : `The version before it, ${shortDigest(previous.sha256)}, is not in this page.`
  return [element('p', { id: 'no-change' }, text)]
}

const headCell = (text: string) => (text === '' ? element('td', {}) : element('th', { scope: 'col' }, text))

function renderRow({ label, before, now }: ChangeRow): HTMLElement {
  const differs = before !== now
  return element(
    'tr',
    differs ? { class: 'differs' } : {},
    element('th', { scope: 'row' }, label),
    element('td', {}, cut(before)),
    element('td', {}, cut(now)),
    element('td', {}, differs ? 'changed' : 'same'),
  )
}

const cut = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} …` : text)

function tellInputs({ added, removed, altered }: Change['inputs']): string {
  if (added.length + removed.length + altered.length === 0) return 'Made from the same inputs, in the same versions.'
  return `${countOf(added.length, 'input')} new, ${removed.length} gone, ${altered.length} in another version.`
}

function tellFacts(differ: readonly ChangeRow[], same: readonly ChangeRow[]): string {
  const labels = differ.map(({ label }) => label).join(', ')
  return `${differ.length === 0 ? 'Nothing else changed' : `Changed: ${labels}`}; ${same.length} more are the same.`
}

function renderNames(title: string, names: readonly string[]): HTMLElement[] {
  if (names.length === 0) return []
  const more = names.length - MAX_NAMES
  return [
    element(
      'details',
      { open: '' },
      element('summary', {}, `${title}: ${names.length}`),
      element(
        'ul',
        { class: 'names' },
        names.slice(0, MAX_NAMES).map((name) => element('li', {}, name)),
        more > 0 ? element('li', {}, `and ${more} more`) : undefined,
      ),
    ),
  ]
}
