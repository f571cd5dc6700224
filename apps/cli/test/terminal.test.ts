import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatBytes, showHashing } from '../src/progress.ts'
import { listBundles, prepareOrders } from './attested-orders.ts'
import { MAIN } from './makoto.ts'

/** Runs the command on a pseudo-terminal, as a person sees it. */
function onTerminal(cwd: string, args: readonly string[], env: object = {}): string {
  const spawn = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
  const command = [process.execPath, '--conditions=@makoto/source', MAIN, ...args]
  const { NO_COLOR: _, ...clean } = process.env
  return execFileSync('python3', ['-c', spawn, ...command], {
    cwd,
    encoding: 'utf8',
    env: { ...clean, TERM: 'xterm', ...env },
  })
}

describe('on a terminal', () => {
  test('colour is on, unless NO_COLOR, a dumb terminal or --color never says otherwise', async () => {
    const { cwd, attest } = await prepareOrders()
    await attest()
    const show = ['show', join(cwd, listBundles(cwd)[0] ?? '')]
    const bold = '\u001b[1mnot verified\u001b[22m'
    expect(onTerminal(cwd, show)).toContain(bold)
    expect(onTerminal(cwd, show, { NO_COLOR: '1' })).not.toContain('\u001b[')
    expect(onTerminal(cwd, show, { TERM: 'dumb' })).not.toContain('\u001b[')
    expect(onTerminal(cwd, [...show, '--color', 'never'])).not.toContain('\u001b[')
    expect(onTerminal(cwd, [...show, '--color=always'], { NO_COLOR: '1' })).toContain(bold)
  })
})

describe('progress', () => {
  test('is not made where nobody would see it', () => {
    expect(showHashing({ ...SILENT, showProgress: undefined })).toBeUndefined()
  })

  test('starts after a second, then comes at most ten times a second', () => {
    const lines: string[] = []
    let now = 0
    const report = showHashing({ ...SILENT, showProgress: (line) => lines.push(line) }, () => now)
    for (now = 0; now <= 1250; now += 50) report?.({ files: 3, totalFiles: 64, bytes: 1.5e9, totalBytes: 4e9 })
    expect(lines).toEqual(Array(3).fill('hashing: 3 of 64 files, 1.5 GB, 37 %'))
  })

  test.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 KB'],
    [250_400_000, '250 MB'],
    [3.2e15, '3200 TB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})

const SILENT = { data() {}, json() {}, print() {}, say() {}, clearProgress() {} }
