import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findCosign, linkCosign, pathWithCosign } from '../scripts/cosign.mjs'
import { judgeWithCosign } from '../scripts/demo/cosign.mjs'
import { openStage } from '../scripts/demo/stage.mjs'
import { buildInterop, locateInterop } from '../scripts/interop.mjs'

let home
let bin
let env
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'makoto-cosign-test-'))
  bin = join(home, 'bin')
  mkdirSync(bin)
  symlinkSync('/bin/sh', join(bin, 'sh'))
  env = { PATH: bin, XDG_CACHE_HOME: join(home, 'cache') }
})
afterEach(() => rmSync(home, { recursive: true }))

/** A cosign that says this about its version. */
function placeCosign(folder, version) {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'cosign')
  writeFileSync(path, `#!/bin/sh\necho 'cosign: A tool'; echo; echo 'GitVersion:    ${version}'\n`)
  chmodSync(path, 0o755)
  return path
}

test('no cosign is a reason, not a judge', () => {
  expect(findCosign({ env })).toEqual({ reason: 'cosign is not installed' })
})

test('one of another major version is not asked', () => {
  placeCosign(bin, 'v2.6.1')
  expect(findCosign({ env })).toEqual({ reason: 'cosign 2.6.1 is not cosign 3' })
})

test('one that does not know its version is not asked', () => {
  placeCosign(bin, 'devel')
  expect(findCosign({ env })).toEqual({ reason: 'cosign of no known version is not cosign 3' })
})

test('one of version 3 is', () => {
  placeCosign(bin, 'v3.0.2')
  expect(findCosign({ env })).toEqual({ program: join(bin, 'cosign') })
})

test('that of the interop lane goes before any other, and is the one on the PATH of the demo', () => {
  placeCosign(bin, 'v3.0.2')
  const built = placeCosign(locateInterop(env).home, 'v3.1.3')
  expect(findCosign({ env })).toEqual({ program: built })
  const first = join(home, 'demo', 'bin')
  linkCosign(first, { program: built })
  expect(readlinkSync(join(first, 'cosign'))).toBe(built)
})

test('that of the interop lane is the first that tests find, and nothing is before it is built', () => {
  expect(pathWithCosign(env)).toBe(bin)
  const built = placeCosign(locateInterop(env).home, 'v3.1.3')
  expect(pathWithCosign(env)).toBe([dirname(built), bin].join(delimiter))
})

test('an installed cosign of the wanted version is copied, so that Go need not build it', async () => {
  const installed = placeCosign(bin, 'v3.1.3')
  // No Go is on this PATH: what has to be built says so.
  expect(await buildInterop({ env })).toMatch(/^Go could not build .*timestamp-server.*: spawn go ENOENT$/)
  const { home: cache, missing } = locateInterop(env)
  expect(missing).toEqual(['timestamp-server', 'rekor-server'])
  expect(readFileSync(join(cache, 'cosign'))).toEqual(readFileSync(installed))
})

test('what cosign is not asked is counted as skipped', async () => {
  const stage = openStage(bin)
  const cosign = { reason: 'cosign is not installed' }
  await judgeWithCosign(stage, { verify: 'false', store: 'store', key: 'key.pub', cosign })
  expect(stage.counts).toEqual({ passed: 0, failed: 0, skipped: 2 })
})
