// Counts and failures out of the reports that vitest (JSON) and Maven's surefire (XML) leave behind.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** A report: `{ name, passed, failed, skipped, failures: [{ test, text }] }`. */
export function readVitestReport(path) {
  const json = JSON.parse(readFileSync(path, 'utf8'))
  const broken = json.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed),
  )
  return {
    name: path,
    passed: json.numPassedTests,
    failed: json.numFailedTests + broken.length,
    skipped: json.numPendingTests + (json.numTodoTests ?? 0),
    failures: broken.map(({ name, message }) => ({ test: name, text: message })),
  }
}

function isFailed({ status }) {
  return status === 'failed'
}

export function findSurefireReports(home) {
  return readdirSync(home)
    .map((module) => join(home, module, 'target', 'surefire-reports'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /TEST-[^/\\]*\.xml$/.test(path))
    .sort()
}

export function readSurefireReports(home) {
  return findSurefireReports(home).map((path) => parseSurefireReport(readFileSync(path, 'utf8'), path))
}

/** Reads the attributes of `<testsuite>`, and what stands in its `<failure>` and `<error>` elements. */
export function parseSurefireReport(xml, name) {
  const suite = /<testsuite\s[^>]*>/.exec(xml)?.[0]
  if (!suite) throw new Error(`${name} is not a surefire report`)
  const count = (attribute) => Number(new RegExp(`\\s${attribute}="(\\d+)"`).exec(suite)?.[1] ?? 0)
  const failed = count('failures') + count('errors')
  const skipped = count('skipped')
  return { name, passed: count('tests') - failed - skipped, failed, skipped, failures: parseFailures(xml) }
}

function parseFailures(xml) {
  const cases = xml.matchAll(/<testcase\s([^>]*[^/])>([\s\S]*?)<\/testcase>/g)
  return [...cases].flatMap(([, attributes, body]) => {
    const failure = /<(failure|error)\b[^>]*>([\s\S]*?)<\/\1>/.exec(body)
    if (!failure) return []
    const read = (attribute) => new RegExp(`\\b${attribute}="([^"]*)"`).exec(attributes)?.[1] ?? '?'
    return [{ test: `${read('classname')}: ${unescapeXml(read('name'))}`, text: unescapeXml(failure[2]).trim() }]
  })
}

function unescapeXml(text) {
  const names = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text
    .replace(/<!\[CDATA\[|\]\]>/g, '')
    .replace(/&(lt|gt|quot|apos|amp|#10);/g, (_, name) => names[name] ?? '\n')
}

/** Under the module of each: every Spark's has tests of the same names. */
export function printFailures(reports, write = (text) => process.stdout.write(text)) {
  for (const { name, failures } of reports) {
    const [module] = name.split(sep).slice(-4)
    for (const { test, text } of failures) write(`\nFAILED ${module}: ${test}\n${text}\n`)
  }
}

export function sumCounts(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0)
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
}

/** What CI reads: the last line says `N passed, N failed` and nothing else, so what was skipped stands above it. */
export function renderCounts({ passed, failed, skipped }) {
  return `${skipped > 0 ? `${skipped} skipped\n` : ''}${passed} passed, ${failed} failed`
}
