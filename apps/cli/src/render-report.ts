import type { Check, FileDifference, Report } from '@makoto/core'
import type { Span, Style } from './terminal.ts'

type Line = readonly Span[]
type Word = { readonly word: string; readonly style: Style }

const WORDS: Record<Exclude<Check['status'], 'not-applicable'>, Word> = {
  pass: { word: 'ok', style: 'good' },
  fail: { word: 'FAILED', style: 'bad' },
  skipped: { word: 'skipped', style: 'dim' },
  declared: { word: 'declared', style: 'dim' },
}

const MAX_FILES = 20
/** Titles that name a dataset are as long as its name: they don't push the others aside. */
const MAX_TITLE = 24

/** The report for people: a line for each check that applied, the verdict, what it rests on. @see SPEC §3 */
export function renderReport(report: Report): Line[] {
  return [
    ...renderChecks(report.checks),
    [],
    renderVerdict(report),
    ...renderFiles(report),
    ...renderRefusals(report),
    ...renderBasis(report),
  ]
}

/** A line for each answer that applied. */
export function renderChecks(checks: readonly Check[]): Line[] {
  const asked = checks.flatMap((check) =>
    check.status === 'not-applicable' ? [] : [{ ...check, ...WORDS[check.status] }],
  )
  const width = asked.reduce((most, { title: { length } }) => (length <= MAX_TITLE ? Math.max(most, length) : most), 0)
  return asked.map(({ word, style, title, detail }) => [
    { text: word.padEnd(8), style },
    `  ${detail === '' ? title : `${title.padEnd(width)}  ${shortenDigests(detail)}`}`,
  ])
}

function renderVerdict({ verdict, level, required, failure, dataset }: Report): Line {
  if (verdict === 'PROVEN')
    return [
      { text: `PROVEN L${level}`, style: 'good' },
      `  ${dataset.member ? `${dataset.member.path} of ` : ''}${dataset.name}`,
    ]
  const proven = level === 0 ? 'nothing proven' : `L${level} proven`
  const because = failure === undefined ? '' : `, because ${tellReason(failure)}`
  return [{ text: 'NOT PROVEN', style: 'bad' }, `: L${required} required, ${proven}${because}`]
}

const MAX_REASON = 160

/** The reason in short: the lines around the verdict have the whole of it. */
function tellReason({ message, files }: NonNullable<Report['failure']>): string {
  if (files !== undefined) return `the data is not what was attested: ${countFiles(files)}`
  const reason = shortenDigests(dropLevels(message))
  return reason.length <= MAX_REASON ? reason : `${reason.slice(0, MAX_REASON).replace(/\s+\S*$/, '')} …`
}

function countFiles({ altered, missing, added, more }: FileDifference): string {
  const counts = [
    [altered.length, 'altered'],
    [missing.length, 'missing'],
    [added.length, 'added'],
    [more, 'more'],
  ] as const
  return counts.flatMap(([count, word]) => (count === 0 ? [] : [`${countOf(count, 'file')} ${word}`])).join(', ')
}

/** The files that differ by name: a person wants to know which one, and not to scroll. */
function renderFiles({ failure }: Report): Line[] {
  if (failure?.files === undefined) return []
  const { altered, missing, added, more } = failure.files
  const named = [
    ...altered.map((path) => `  altered  ${path}`),
    ...missing.map((path) => `  missing  ${path}`),
    ...added.map((path) => `  added    ${path}`),
  ]
  const unnamed = named.length - MAX_FILES + more
  return [...named.slice(0, MAX_FILES), ...(unnamed > 0 ? [`  and ${unnamed} more`] : [])].map((line) => [line])
}

/** Beyond the one in the line of the check: which rules refuse what. */
function renderRefusals({ policy }: Report): Line[] {
  const refused = policy?.answers.filter(({ status }) => status === 'fail') ?? []
  if (refused.length < 2) return []
  const lines = refused.slice(0, MAX_FILES).map(({ rule, dataset, condition, evidence }) => {
    const asked = rule === '' ? condition : `rule ${rule}, ${condition}`
    return `  refused  ${dataset}: ${asked}: ${shortenDigests(evidence)}`
  })
  return [...lines, ...(refused.length > MAX_FILES ? [`  and ${refused.length - MAX_FILES} more`] : [])].map((line) => [
    line,
  ])
}

function renderBasis({ dataset, chain, observedOrigins, newestKnown }: Report): Line[] {
  const { kind, files, bytes, leftOut, sha256, member } = dataset
  if (member !== undefined)
    return [
      [
        `  data: this one of ${countOf(member.files, 'file')} only: ${member.path}, ${bytes} bytes, sha256 ${member.sha256}`,
      ],
      [`  set: sha256 ${sha256}, Merkle root ${member.merkleRoot}`],
      ...renderStanding(chain, observedOrigins, newestKnown),
    ]
  const extent = kind === 'file' ? 'one file' : countOf(files, 'file')
  return [
    [`  data: ${extent}, ${bytes} bytes${leftOut === 0 ? '' : `, ${leftOut} left out`}, sha256 ${sha256}`],
    ...renderStanding(chain, observedOrigins, newestKnown),
  ]
}

function renderStanding(chain: Report['chain'], observedOrigins: number, newestKnown: Report['newestKnown']): Line[] {
  return [
    [`  chain: ${countOf(chain.length, 'attestation')}`],
    [`  observed origins: ${observedOrigins}`],
    [`  newest known: ${newestKnown}`],
  ]
}

/** Enough to recognise a digest, not to compare one: whoever compares has the whole ones in the JSON. */
export function shortenDigests(text: string): string {
  return text.replace(/\b([0-9a-f]{16})[0-9a-f]{48}\b/g, '$1…')
}

/** The verdict has said both levels. */
function dropLevels(message: string): string {
  return message.replace(/^L\d is proven, L\d is required: /, '')
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
