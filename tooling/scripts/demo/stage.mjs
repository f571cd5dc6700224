// How the demo speaks: numbered scenes, the commands that it really runs, and what was expected of them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ROOT } from '../toolchain.mjs'

/**
 * A stage runs commands from the repository's root with `bin` first on PATH, as a user would, prints them and what they
 * print, and keeps count of the expectations that held and of those that did not.
 */
export function openStage(bin) {
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: '1' }
  const counts = { passed: 0, failed: 0, skipped: 0 }
  let scene = 0

  function tell(title, ...lines) {
    scene += 1
    print(`\n${paint(`${scene}  ${title}`, 1)}`)
    for (const line of lines) print(`   ${line}`)
  }

  /** Runs one shell line and answers what it printed; `show` says how much of that a reader sees. */
  async function type(line, { show = (text) => text } = {}) {
    print(`\n   ${paint('$', 2)} ${paint(line, 36)}`)
    const child = spawn('sh', ['-c', line], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    const [code] = await once(child, 'close')
    const text = Buffer.concat(chunks).toString('utf8')
    for (const shown of show(text).trimEnd().split('\n')) print(`   ${shown}`)
    return { code, text }
  }

  function expect(what, holds) {
    counts[holds ? 'passed' : 'failed'] += 1
    print(holds ? `   ${paint('✓', 32)} ${what}` : `   ${paint('✗ EXPECTED', 31)} ${what}`)
  }

  return { tell, type, expect, counts }
}

function paint(text, code) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text
}

function print(line) {
  process.stdout.write(`${line.trimEnd()}\n`)
}
