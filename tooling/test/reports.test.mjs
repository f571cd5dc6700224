import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeOutcome } from '../scripts/lanes.mjs'
import { parseSurefireReport, printFailures, renderCounts, sumCounts } from '../scripts/reports.mjs'

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="x" name="dev.makoto.ManifestTest" time="0.1" tests="4" errors="1" skipped="1" failures="1">
  <testcase name="sorts by bytes" classname="dev.makoto.ManifestTest" time="0.01"/>
  <testcase name="refuses &quot;..&quot;" classname="dev.makoto.ManifestTest" time="0.01">
    <failure message="no" type="AssertionError"><![CDATA[expected <a> & got <b>]]></failure>
  </testcase>
  <testcase name="reads" classname="dev.makoto.ManifestTest" time="0.01">
    <error type="IOException">gone &lt;here&gt;</error>
  </testcase>
  <testcase name="waits" classname="dev.makoto.ManifestTest" time="0"><skipped/></testcase>
</testsuite>`

test('counts a failure and an error as failed, and what is left as passed', () => {
  expect(parseSurefireReport(REPORT, 'TEST-x.xml')).toMatchObject({ passed: 1, failed: 2, skipped: 1 })
})

test('shows each failure with its test and its text in full', () => {
  expect(parseSurefireReport(REPORT, 'TEST-x.xml').failures).toEqual([
    { test: 'dev.makoto.ManifestTest: refuses ".."', text: 'expected <a> & got <b>' },
    { test: 'dev.makoto.ManifestTest: reads', text: 'gone <here>' },
  ])
})

test('says of which module a failure is', () => {
  const path = join('home', 'spark-4.1_2.13', 'target', 'surefire-reports', 'TEST-x.xml')
  let said = ''
  printFailures([parseSurefireReport(REPORT, path)], (text) => {
    said += text
  })
  expect(said).toContain('\nFAILED spark-4.1_2.13: dev.makoto.ManifestTest: reads\ngone <here>\n')
})

test('refuses a file that is no report', () => {
  expect(() => parseSurefireReport('<html/>', 'TEST-x.xml')).toThrow('not a surefire report')
})

test('writes the last line as CI reads it, over all lanes', () => {
  const total = sumCounts([
    { passed: 3, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 0 },
  ])
  expect(renderCounts(total)).toBe('5 passed, 1 failed')
  expect(renderCounts({ ...total, skipped: 2 })).toBe('2 skipped\n5 passed, 1 failed')
})

test('a lane that should have tests and ran none is a failure', () => {
  expect(judgeOutcome({ status: 0, counts: [] }, { counted: true })).toMatchObject({ failed: 1, note: 'ran no test' })
})

test('a lane whose program failed without a failed test is a failure', () => {
  const counts = [{ passed: 7, failed: 0, skipped: 0 }]
  expect(judgeOutcome({ status: 1, counts }, { counted: true })).toMatchObject({ passed: 7, failed: 1 })
})

test('a lane that could not run here counts as skipped, not as nothing', () => {
  const judged = judgeOutcome({ status: 0, absent: 'Go is not on the PATH' }, { counted: true })
  expect(judged).toEqual({ passed: 0, failed: 0, skipped: 1, note: 'skipped: Go is not on the PATH' })
})
