import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startAhead } from '../scripts/ahead.mjs'

const AHEAD = pathToFileURL(join(import.meta.dirname, '..', 'scripts', 'ahead.mjs')).href
/** Says its process id and goes on until its standard input closes. */
const PATIENT = `console.log(process.pid)
process.stdin.resume().once('close', () => { console.log('ended'); process.exit(3) })`

let home
let scripts = 0
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'makoto-ahead-test-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function script(text) {
  const path = join(home, `${++scripts}.mjs`)
  writeFileSync(path, text)
  return path
}

test('what a program says beside others is kept until its lane comes', async () => {
  const ahead = startAhead(script(`console.log('built'); console.error('not all of it'); process.exitCode = 7`))
  expect(await ahead.finish()).toEqual({ status: 7, text: 'built\nnot all of it\n' })
  expect(await ahead.finish()).toEqual({ status: 7, text: 'built\nnot all of it\n' })
})

test('a program that nobody waits for any more is ended', async () => {
  const ahead = startAhead(script(PATIENT))
  await ahead.stop()
  const { status, text } = await ahead.finish()
  expect({ status, text }).toEqual({ status: 3, text: expect.stringMatching(/^\d+\nended\n$/) })
})

test('it ends with whoever started it, even with one that was killed', async () => {
  const [begun, ended] = [join(home, 'begun'), join(home, 'ended')]
  const patient = script(`import { writeFileSync } from 'node:fs'
process.stdin.resume().once('close', () => writeFileSync(${JSON.stringify(ended)}, ''))
writeFileSync(${JSON.stringify(begun)}, '')`)
  const starter = script(`import { startAhead } from ${JSON.stringify(AHEAD)}
startAhead(${JSON.stringify(patient)})
setInterval(() => undefined, 1000)`)
  const env = { ...process.env, TMPDIR: home }
  const child = spawn(process.execPath, [starter], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  await waitForFile(begun)
  child.kill('SIGKILL')
  await waitForFile(ended)
})

function waitForFile(path) {
  return vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 20_000 })
}
