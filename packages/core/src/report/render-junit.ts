import type { Report, Requirement } from '../verify/report.ts'
import { weighRow } from './weigh-row.ts'

/**
 * A report as JUnit XML, for CI: a test case for each requirement and one for the verdict. It fails exactly where the
 * verdict is NOT PROVEN: what the required level does not need, what only the producer can promise and what could not
 * be asked is skipped with its reason.
 */
export function renderJunit(report: Report): string {
  const cases = [renderVerdict(report), ...report.requirements.map((row) => renderRow(row, report))]
  const failures = cases.filter((lines) => lines.includes('<failure')).length
  const skipped = cases.filter((lines) => lines.includes('<skipped')).length
  const counts = `tests="${cases.length}" failures="${failures}" errors="0"`
  const { dataset, verifiedOn } = report
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="makoto" ${counts}>`,
    `  <testsuite name=${quote(dataset.name)} ${counts} skipped="${skipped}" timestamp="${verifiedOn.slice(0, 19)}">`,
    '    <properties>',
    ...describeReport(report).map(([name, value]) => `      <property name="${name}" value=${quote(value)}/>`),
    '    </properties>',
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function describeReport({ verdict, level, required, dataset, newestKnown, observedOrigins }: Report) {
  return [
    ['verdict', verdict],
    ['level', `L${level}`],
    ['required', `L${required}`],
    ['sha256', dataset.sha256],
    ['newestKnown', newestKnown],
    ['observedOrigins', String(observedOrigins)],
  ] as const
}

function renderVerdict({ failure, required }: Report): string {
  const name = `verdict: L${required} is proven`
  if (failure === undefined) return renderCase('makoto', name, '')
  const { altered = [], missing = [], added = [], more = 0 } = failure.files ?? {}
  const files = [
    ...altered.map((path) => `altered ${path}`),
    ...missing.map((path) => `missing ${path}`),
    ...added.map((path) => `added ${path}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
  return renderCase('makoto', name, renderFailure(failure.code, failure.message, files))
}

function renderRow(row: Requirement, report: Report): string {
  const group = `makoto.L${row.level}`
  const name = `${row.id} ${row.text}`
  const evidence = row.evidence === '' ? '' : `      <system-out>${escapeText(row.evidence)}</system-out>\n`
  switch (weighRow(row, report)) {
    case 'met':
      return renderCase(group, name, row.status === 'pass' ? evidence : renderSkipped(row))
    case 'decisive':
      return renderCase(group, name, renderFailure(row.status, row.reason, []) + evidence)
    case 'aside':
      return renderCase(group, name, renderSkipped(row) + evidence)
  }
}

const renderCase = (group: string, name: string, content: string): string => {
  const head = `    <testcase classname="${group}" name=${quote(name)} time="0"`
  return content === '' ? `${head}/>` : `${head}>\n${content}    </testcase>`
}

const renderSkipped = ({ status, reason }: Requirement): string =>
  `      <skipped message=${quote(`${status}: ${reason}`)}/>\n`

const renderFailure = (type: string, message: string, lines: readonly string[]): string =>
  `      <failure type=${quote(type)} message=${quote(message)}>${lines.map(escapeText).join('\n')}</failure>\n`

const quote = (text: string) => `"${escapeText(text)}"`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Names come from strangers: what XML cannot hold, and what nobody would see, is written out. @see XML 1.0 §2.2, SPEC D9 */
function escapeText(text: string): string {
  return text
    .replaceAll(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu,
      (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`,
    )
    .replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)
}
