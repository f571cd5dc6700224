// A program that works beside the lanes before its own. What it says is kept for that lane, so that no two outputs mix.
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Starts `script`. `finish` waits for its end and answers its exit code and everything that it said; `stop` ends it.
 * Its standard input closes when we end, however we end: that is how it knows.
 */
export function startAhead(script, args = []) {
  const folder = mkdtempSync(join(tmpdir(), 'makoto-ahead-'))
  const path = join(folder, 'output')
  const output = openSync(path, 'w')
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', output, output] })
  closeSync(output)
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  child.stdin.on('error', () => undefined)
  for (const held of [child, child.stdin]) held.unref()
  let outcome

  async function finish() {
    if (outcome !== undefined) return outcome
    child.ref()
    const status = await ended
    outcome = { status, text: readFileSync(path, 'utf8') }
    rmSync(folder, { recursive: true, force: true })
    return outcome
  }

  async function stop() {
    child.stdin.destroy()
    await finish()
  }

  return { finish, stop }
}
