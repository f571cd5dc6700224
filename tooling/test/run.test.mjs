import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const RUN = join(import.meta.dirname, '..', 'scripts', 'run.mjs')
let home
let bin

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'makoto-run-'))
  bin = join(home, 'bin')
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  placeProgram('pnpm', 'echo 0.0.0')
})
afterEach(() => rmSync(home, { recursive: true }))

/** A program on the only folder of PATH; it sees `$HOME_OF_TEST`. */
function placeProgram(name, script) {
  const path = join(bin, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

function runCommand(...args) {
  const env = { PATH: bin, HOME_OF_TEST: home }
  return spawnSync(process.execPath, [RUN, ...args], { env, encoding: 'utf8' })
}

test('hands arguments to the right Node as they are, whatever a shell would make of them', () => {
  placeProgram('npx', 'printf %s "$MAKOTO_RUN_ARGUMENTS" > "$HOME_OF_TEST/arguments"; echo "$@"')
  const odd = ['$(touch x)', "it's", 'a "b" c', '; exit 3']
  const { status, stdout } = runCommand('changeset', ...odd)
  expect(status).toBe(0)
  expect(JSON.parse(readFileSync(join(home, 'arguments'), 'utf8'))).toEqual(['changeset', ...odd])
  expect(stdout).toContain('-c node tooling/scripts/run.mjs\n')
})

test('answers with the exit code of the command behind npx', () => {
  placeProgram('npx', 'exit 7')
  expect(runCommand('changeset').status).toBe(7)
})

test('does not go round in circles when npx brings another version', () => {
  placeProgram('npx', 'echo again >> "$HOME_OF_TEST/rounds"; exec node tooling/scripts/run.mjs')
  const { status, stderr } = runCommand('changeset')
  expect(status).toBe(1)
  expect(stderr).toContain('npx did not bring Node 24')
  expect(readFileSync(join(home, 'rounds'), 'utf8')).toBe('again\n')
})

test('stops before any work when the machine lacks a tool, and says how to get it', () => {
  placeProgram('npx', 'touch "$HOME_OF_TEST/started"')
  placeProgram('java', `echo 'openjdk version "11.0.2"' >&2`)
  placeProgram('javac', 'echo javac 11.0.2')
  const { status, stderr } = runCommand('demo')
  expect(status).toBe(1)
  expect(stderr).toContain(
    'MISSING  JDK 17 or newer, with javac (found 11)\n         get it: apt-get install openjdk-17',
  )
  expect(stderr).toContain('MISSING  Maven 3.8 or newer (mvn is not on PATH)')
  expect(stderr).toContain('MISSING  Python 3.10 or newer, with pip (python3 is not on PATH)')
  expect(() => readFileSync(join(home, 'started'))).toThrow()
})

test('a runtime without a compiler is not a JDK', () => {
  placeProgram('java', `echo 'openjdk version "17.0.2"' >&2`)
  expect(runCommand('doctor').stderr).toContain('only a runtime: javac is not on PATH')
})

test('names the commands when it does not know one', () => {
  const { status, stderr } = runCommand('deploy')
  expect(status).toBe(2)
  expect(stderr).toContain('demo, test, build, check, fix, bench, fixtures, doctor, changeset, release')
})
