import type { Change } from './changes.ts'
import { element } from './element.ts'
import { countOf } from './words.ts'

const MAX_NAMES = 200

/** What became of the dataset since the version before it. */
export function renderChange(change: Change | undefined): HTMLElement[] {
  if (change === undefined)
    return [
      element(
        'p',
        {},
        'No version before this one travelled with the page: it is the first, or the store holds no other.',
      ),
    ]
  const { files, rows } = change
  return [
    element(
      'table',
      { class: 'facts' },
      element('caption', {}, 'The two versions, as their attestations state them.'),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ['', 'Before', 'Now'].map((text) => element('th', { scope: 'col' }, text)),
        ),
      ),
      element(
        'tbody',
        {},
        rows.map(([label, before, now]) =>
          element('tr', {}, element('th', { scope: 'row' }, label), element('td', {}, before), element('td', {}, now)),
        ),
      ),
    ),
    ...(files === undefined
      ? [element('p', {}, 'The lists of files are too large to travel with a page: the digests above cover them.')]
      : [
          element(
            'p',
            { id: 'file-changes' },
            `${countOf(files.added.length, 'file')} added, ${files.removed.length} removed, ${files.altered.length} altered, ${files.same} the same.`,
          ),
          ...renderNames('Added', files.added),
          ...renderNames('Removed', files.removed),
          ...renderNames('Altered', files.altered),
        ]),
  ]
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
