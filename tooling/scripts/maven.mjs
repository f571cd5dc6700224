// Maven for packages/spark-listener: `maven.mjs package | test | verify [arguments]`.
// The version is that of @makoto/spark; the output is a line a test class, and failures are left to the reports.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findSurefireReports, printFailures, readSurefireReports, sumCounts } from './reports.mjs'
import { ROOT } from './toolchain.mjs'

const HOME = join(ROOT, 'packages', 'spark-listener')
const FLAGS = {
  package: ['-Dmaven.test.skip=true', 'package'],
  test: ['-Dmaven.test.failure.ignore=true', '-Dmaven.test.redirectTestOutputToFile=true', 'test'],
}
const WORTH_SHOWING = /^\[(ERROR|FATAL)\]|Tests run:.*(Time elapsed|Time:)|^\[INFO\] Building (?!jar)|BUILD FAILURE/

const [goal, ...rest] = process.argv.slice(2)
if (!Object.hasOwn(FLAGS, goal ?? '')) {
  process.stderr.write(`usage: maven.mjs ${Object.keys(FLAGS).join(' | ')} [arguments]\n`)
  process.exit(2)
}
if (goal === 'test') for (const path of findSurefireReports(HOME)) rmSync(path)
const status = await runMaven([...FLAGS[goal], ...rest])
process.exitCode = status !== 0 ? status : goal === 'test' ? judgeReports() : 0

function runMaven(args) {
  const revision = JSON.parse(readFileSync(join(ROOT, 'packages', 'spark', 'package.json'), 'utf8')).version
  const child = spawn(
    'mvn',
    // Each Spark's suite waits a third of its time, each compiler for its downloads: two at once leave little of two cores idle.
    ['-B', '-T2', '--no-transfer-progress', '-Dstyle.color=never', `-Drevision=${revision}`, ...args],
    {
      cwd: HOME,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (WORTH_SHOWING.test(line)) process.stdout.write(`${line}\n`)
  })
  return new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
}

function judgeReports() {
  const reports = readSurefireReports(HOME)
  printFailures(reports)
  return sumCounts(reports).failed === 0 ? 0 : 1
}
