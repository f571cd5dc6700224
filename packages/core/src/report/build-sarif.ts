import { sha256Hex } from '../digest/sha256.ts'
import { encodeUtf8 } from '../encoding.ts'
import { REQUIREMENTS, type RequirementRow } from '../trust/levels.ts'
import { QUESTIONS } from '../trust/questions.ts'
import type { Report, Requirement } from '../verify/report.ts'
import { BASE_ID, locate, type SarifLocation, splitPlace } from './sarif-location.ts'
import { escapeMessage } from './sarif-message.ts'
import { weighRow } from './weigh-row.ts'

/** The program that made a report, as its forms name it. */
export interface ReportTool {
  readonly name: string
  readonly version: string
}

interface SarifRule {
  readonly id: string
  readonly shortDescription: { readonly text: string }
  readonly fullDescription: { readonly text: string }
  readonly help: { readonly text: string }
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' }
  readonly properties: { readonly tags: readonly string[] }
}

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: 'error' | 'warning'
  readonly message: { readonly text: string }
  readonly locations: readonly SarifLocation[]
  readonly partialFingerprints: { readonly 'makotoFinding/v1': string }
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const DATA_RULE = 'L1.V.3'

/** What contradicts and belongs to no row of the table. */
const VERDICT: SarifRule = {
  id: 'verdict',
  shortDescription: { text: 'the verdict that was asked for' },
  fullDescription: { text: 'Something contradicts that belongs to no single requirement: nothing is proven.' },
  help: { text: 'The message says what contradicts; the JSON report holds every check.' },
  defaultConfiguration: { level: 'error' },
  properties: { tags: ['makoto'] },
}

const RULES: readonly SarifRule[] = [...REQUIREMENTS.map(describeRule), VERDICT]
const INDEXES = new Map(RULES.map(({ id }, index) => [id, index]))

/**
 * A report as SARIF 2.1.0, for tools that show findings: a rule for each requirement, a result for each that keeps the
 * dataset from what was asked, and one for each file that differs. A proven dataset has no result of level `error`.
 */
export function buildSarif(report: Report, { name, version }: ReportTool) {
  const { dataset, verifiedOn, verdict, level, required, newestKnown } = report
  const { base } = splitPlace(dataset)
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name, version, informationUri: 'https://makoto.dev', rules: RULES } },
        automationDetails: { id: `makoto/${encodeURIComponent(dataset.name)}/` },
        ...(base === undefined ? {} : { originalUriBaseIds: { [BASE_ID]: { uri: base } } }),
        invocations: [{ executionSuccessful: true, endTimeUtc: verifiedOn }],
        columnKind: 'utf16CodeUnits',
        results: findResults(report),
        properties: { verdict, level, required, newestKnown, sha256: dataset.sha256 },
      },
    ],
  } as const
}

function describeRule({ id, level, word, text, check, otherwise }: RequirementRow): SarifRule {
  const question = check && QUESTIONS[check]
  const compared = question === undefined ? '' : ` Compared: ${question.compared}.`
  const open = question?.open ?? otherwise?.reason
  const sentence = `${word} for level ${level}: ${text}.`
  return {
    id,
    shortDescription: { text },
    fullDescription: { text: sentence },
    help: { text: `${sentence}${compared}${open === undefined ? '' : ` Not told by it: ${open}.`}` },
    defaultConfiguration: { level: word === 'MUST' ? 'error' : 'warning' },
    properties: { tags: ['makoto', `L${level}`] },
  }
}

function findResults(report: Report): SarifResult[] {
  const files = findFileResults(report)
  const rows = report.requirements.flatMap((row) => judgeRow(row, report, files.length > 0))
  const results = [...files, ...rows]
  if (report.failure === undefined || results.some(({ level }) => level === 'error')) return results
  return [...results, describeResult(report, 'verdict', 'error', report.failure.message)]
}

/** What the files say, the rows about data would only say again. */
function judgeRow(row: Requirement, report: Report, hasFiles: boolean): SarifResult[] {
  if (hasFiles && (row.id === DATA_RULE || row.id === 'L1.X.3')) return []
  const text = `${row.text}: ${row.reason}`
  if (weighRow(row, report) === 'decisive') return [describeResult(report, row.id, 'error', text)]
  if (row.status === 'fail' && row.level <= report.required) return [describeResult(report, row.id, 'warning', text)]
  return []
}

function findFileResults(report: Report): SarifResult[] {
  const { altered = [], missing = [], added = [] } = report.failure?.files ?? {}
  const named = [
    ...altered.map((path) => ({ path, what: 'was altered since it was attested' })),
    ...missing.map((path) => ({ path, what: 'was attested and is missing' })),
    ...added.map((path) => ({ path, what: 'was never attested' })),
  ]
  return named.map(({ path, what }) => describeResult(report, DATA_RULE, 'error', `${path} ${what}`, path))
}

function describeResult(
  { dataset }: Report,
  ruleId: string,
  level: SarifResult['level'],
  text: string,
  file?: string,
): SarifResult {
  return {
    ruleId,
    ruleIndex: INDEXES.get(ruleId) ?? -1,
    level,
    message: { text: escapeMessage(text) },
    locations: [locate(dataset, file)],
    partialFingerprints: {
      'makotoFinding/v1': sha256Hex(encodeUtf8(JSON.stringify([ruleId, dataset.name, file ?? null]))),
    },
  }
}
