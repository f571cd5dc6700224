// `npm test`: every lane in turn; the last line counts the tests of all languages.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkHygiene, lint } from './check.mjs'
import { runTasks, runTool } from './child.mjs'
import { pathWithCosign } from './cosign.mjs'
import { proveDemo } from './demo.mjs'
import { proveForeignJobs } from './foreign.mjs'
import { listManifests } from './install.mjs'
import { buildInteropAhead, testInterop } from './interop-lane.mjs'
import { renderLane, runLane } from './lanes.mjs'
import { readSurefireReports, readVitestReport, renderCounts, sumCounts } from './reports.mjs'
import { reproduceJars } from './reproduce-jars.mjs'
import { describeSurroundings } from './surroundings.mjs'
import { ROOT } from './toolchain.mjs'

const JVM = '@makoto/spark-listener'

/**
 * In their order; `part` is what `--only` chooses. What Go builds for the interop lane takes what the JVM's tests leave of
 * the cores, and its cosign is the one that all lanes behind it ask.
 */
const LANES = [
  { name: 'format and lint', part: 'ts', work: lint },
  { name: 'hygiene', work: checkHygiene },
  { name: 'types', part: 'ts', work: () => runTasks(['types'], { quiet: true }) },
  { name: 'tooling tests', part: 'ts', work: testTooling, counted: true },
  { name: 'JVM tests', part: 'jvm', work: testJvm, counted: true },
  { name: 'the same JARs again', part: 'jvm', work: () => reproduceJars() },
  { name: 'interop', part: 'interop', work: ({ building }) => testInterop(building), counted: true },
  { name: 'TypeScript tests', part: 'ts', work: testTypeScript, counted: true },
  { name: 'demo', work: proveDemo, counted: true },
  { name: 'foreign jobs', part: 'foreign', work: proveForeignJobs, counted: true },
]
const PARTS = [...new Set(LANES.flatMap(({ part }) => part ?? []))]

export async function test(args) {
  const only = readOnly(args)
  if (only === null) return 2
  const chosen = LANES.filter(({ part }) => only === undefined || part === only)
  const building = chosen.some(({ part }) => part === 'interop') ? buildInteropAhead() : undefined
  try {
    const lanes = [await runLane('build', () => runTasks(['build'], { quiet: true }))]
    if (lanes[0].failed === 0)
      for (const { name, work, counted } of chosen)
        lanes.push(await runLane(name, () => work({ building }), { counted }))
    return tellTotal(lanes)
  } finally {
    await building?.stop()
  }
}

function readOnly(args) {
  if (args.length === 0) return undefined
  if (args.length === 2 && args[0] === '--only' && PARTS.includes(args[1])) return args[1]
  process.stderr.write(`usage: npm test [-- --only ${PARTS.join(' | ')}]\n`)
  return null
}

function tellTotal(lanes) {
  const total = sumCounts(lanes)
  process.stdout.write(`\n${lanes.map(renderLane).join('\n')}\n${renderCounts(total)}\n`)
  return total.failed === 0 ? 0 : 1
}

function testTooling() {
  const report = join(ROOT, 'tooling', 'reports', 'vitest.json')
  rmSync(report, { force: true })
  const status = runTool('vitest', ['run', '--root', 'tooling'])
  return { status, counts: [readVitestReport(report)] }
}

function testTypeScript() {
  const packages = listManifests().filter((path) => /vitest/.test(readManifest(path).scripts?.test ?? ''))
  const reports = packages.map((path) => join(ROOT, dirname(path), 'reports', 'vitest.json'))
  for (const report of reports) rmSync(report, { force: true })
  const env = { PATH: pathWithCosign() }
  const surroundings = describeSurroundings({ env: { ...process.env, ...env } })
  const status = runTasks(['test'], { filters: [`!${JVM}`], env: { ...env, ...surroundings } })
  const found = reports.filter((report) => existsSync(report)).map(readVitestReport)
  const silent = reports.length - found.length
  if (silent > 0) process.stdout.write(`${silent} of ${reports.length} packages left no report\n`)
  return { status: silent > 0 ? 1 : status, counts: found }
}

function testJvm() {
  const status = runTasks(['test'], { filters: [JVM], env: describeSurroundings() })
  return { status, counts: readSurefireReports(join(ROOT, 'packages', 'spark-listener')) }
}

function readManifest(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
}
