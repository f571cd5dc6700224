import type { Report } from '@makoto/core/verify'
import type { ReportData } from '../report-data.ts'
import { element } from './element.ts'
import type { HereReport } from './verify-here.ts'
import { countOf, LEVELS, sizeOf, whenOf } from './words.ts'

/** The answer before everything else, in words that need no knowledge of Makoto. */
export function renderVerdict({ report }: ReportData): HTMLElement {
  const proven = report.verdict === 'PROVEN'
  return element(
    'section',
    { class: `verdict ${proven ? 'good' : 'bad'}`, 'aria-labelledby': 'verdict' },
    element('p', { class: 'what' }, 'Where does this data come from, and can it be proven?'),
    element('h1', { id: 'verdict' }, headlineOf(report)),
    element('p', { class: 'name' }, report.dataset.name),
    element('p', {}, sentenceOf(report)),
    renderFacts(report),
  )
}

function sentenceOf({ verdict, level, required, failure, chain, newestKnown }: Report): string {
  if (verdict !== 'PROVEN') {
    const found = level === 0 ? 'nothing is proven' : `only level ${level} is proven (${LEVELS[level]})`
    return `Level ${required} was asked for, and ${found}: ${failure?.message ?? 'no reason was given'}.`
  }
  const newest = newestKnown === 'yes' ? ' As stated, it is the newest version.' : ''
  return `Level ${level}: ${LEVELS[level]}, from these files back to where the data entered, through ${countOf(chain.length, 'attestation')}.${newest}`
}

/** What the page's verifier cannot find out is marked: the same words stand there when the verdict turns green. */
function renderFacts({ dataset, chain, observedOrigins, newestKnown, verifiedOn }: Report): HTMLElement {
  const origins = chain.filter(({ origin }) => origin !== undefined).length
  const extent = dataset.kind === 'file' ? 'one file' : countOf(dataset.files, 'file')
  return renderRows([
    ['Data, as stated', `${extent}, ${sizeOf(dataset.bytes) ?? 'of unknown size'}`],
    ['SHA-256', dataset.sha256],
    ['Origins', `${countOf(origins, 'origin')}, ${observedOrigins} of them only observed when read`],
    ['Newest, as stated', newestKnown === 'unknown' ? 'none later was known to the store' : newestKnown],
    ['Read, as stated', whenOf(verifiedOn)],
  ])
}

/** A verdict that the reader's own browser does not reach must not stand there in green. */
export function showStanding(root: ParentNode, { report }: ReportData, { standing, level }: HereReport): void {
  const proven = report.verdict === 'PROVEN'
  const tone = !proven || standing === 'refused' ? 'bad' : standing === 'partly' ? 'open' : 'good'
  for (const header of root.querySelectorAll('.verdict')) header.className = `verdict ${tone}`
  for (const heading of root.querySelectorAll('#verdict'))
    heading.textContent = headlineOf(report) + DOUBTS[standing](level)
}

const DOUBTS: Readonly<Record<HereReport['standing'], (level: number) => string>> = {
  verified: () => '',
  partly: (level) => ` is stated, L${level} holds here`,
  refused: () => ' is stated, and not believed here',
}

const headlineOf = ({ verdict, level }: Report) => (verdict === 'PROVEN' ? `PROVEN L${level}` : 'NOT PROVEN')

export function renderRows(rows: readonly (readonly [string, string])[]): HTMLElement {
  return element(
    'dl',
    {},
    rows.map(([term, text]) => element('div', {}, element('dt', {}, term), element('dd', {}, text))),
  )
}

export const makerOf = ({ author, madeBy }: ReportData) =>
  author === undefined ? `whoever made this page, with ${madeBy}` : `${author}, with ${madeBy}`
