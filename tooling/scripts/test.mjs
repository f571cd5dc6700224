// `npm test`: every lane in turn, the slow and hungry ones alone; the last line counts the tests of all languages.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkHygiene, lint } from './check.mjs'
import { runTasks, runTool } from './child.mjs'
import { proveDemo } from './demo.mjs'
import { listManifests } from './install.mjs'
import { prepareInterop } from './interop.mjs'
import { renderLane, runLane } from './lanes.mjs'
import { readSurefireReports, readVitestReport, renderCounts, sumCounts } from './reports.mjs'
import { reproduceJars } from './reproduce-jars.mjs'
import { ROOT } from './toolchain.mjs'

const JVM = '@makoto/spark-listener'

export async function test(args) {
  const only = readOnly(args)
  if (only === null) return 2
  const lanes = []
  lanes.push(await runLane('build', () => runTasks(['build'], { quiet: true })))
  if (lanes[0].failed === 0) for (const lane of selectLanes(only)) lanes.push(await lane())
  const total = sumCounts(lanes)
  process.stdout.write(`\n${lanes.map(renderLane).join('\n')}\n${renderCounts(total)}\n`)
  return total.failed === 0 ? 0 : 1
}

function readOnly(args) {
  if (args.length === 0) return undefined
  if (args.length === 2 && args[0] === '--only' && ['ts', 'jvm', 'interop'].includes(args[1])) return args[1]
  process.stderr.write('usage: npm test [-- --only ts | jvm | interop]\n')
  return null
}

function selectLanes(only) {
  const lint_ = () => runLane('format and lint', lint)
  const ts = [
    () => runLane('types', () => runTasks(['types'], { quiet: true })),
    () => runLane('tooling tests', testTooling, { counted: true }),
    () => runLane('TypeScript tests', testTypeScript, { counted: true }),
  ]
  const jvm = [
    () => runLane('JVM tests', testJvm, { counted: true }),
    () => runLane('the same JARs again', () => reproduceJars()),
  ]
  const interop = () => runLane('interop', testInterop, { counted: true })
  if (only === 'interop') return [interop]
  if (only === 'ts') return [lint_, ...ts]
  if (only === 'jvm') return jvm
  return [
    lint_,
    () => runLane('hygiene', checkHygiene),
    ...ts,
    ...jvm,
    () => runLane('demo', proveDemo, { counted: true }),
    interop,
  ]
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
  const status = runTasks(['test'], { filters: [`!${JVM}`], env: describeCorpora() })
  const found = reports.filter((report) => existsSync(report)).map(readVitestReport)
  const silent = reports.length - found.length
  if (silent > 0) process.stdout.write(`${silent} of ${reports.length} packages left no report\n`)
  return { status: silent > 0 ? 1 : status, counts: found }
}

/** Skipped, with a word, where the real programs cannot be had. */
function testInterop() {
  const { home, reason } = prepareInterop()
  if (home === undefined) return { status: 0, absent: reason }
  const root = join(ROOT, 'packages', 'interop')
  const report = join(root, 'reports', 'vitest.json')
  rmSync(report, { force: true })
  const status = runTool('vitest', ['run'], { cwd: root, env: { MAKOTO_INTEROP_TOOLS: home } })
  return { status, counts: [readVitestReport(report)] }
}

function testJvm() {
  const status = runTasks(['test'], { filters: [JVM], env: describeCorpora() })
  return { status, counts: readSurefireReports(join(ROOT, 'packages', 'spark-listener')) }
}

function readManifest(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
}

/** The corpora lie outside the repository: what turbo cannot hash for its cache, it gets as the value of a variable. */
function describeCorpora() {
  const root = process.env.MAKOTO_CORPORA ?? join(ROOT, '..', 'shared', 'corpora')
  if (!existsSync(root)) return { MAKOTO_CORPORA_STATE: 'absent' }
  const hash = createHash('sha256')
  for (const entry of readdirSync(root, { recursive: true }).sort())
    hash.update(`${entry}\0${statSync(join(root, entry)).size}\0`)
  return { MAKOTO_CORPORA_STATE: hash.digest('hex') }
}
