import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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
