// How the demo speaks: numbered scenes, the commands that it really runs, and what was expected of them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ROOT } from '../toolchain.mjs'

const WIDTH = 100
const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 }
const VERDICTS = [
  [/^(ok|PROVEN)\b/, 'green'],
  [/^(FAILED|NOT PROVEN)\b/, 'red'],
  [/^(skipped|declared)\b/, 'dim'],
]

/** The demo ends at the first expectation that does not hold: what comes after it builds on it. */
export class UnmetExpectation extends Error {}

/** A stage runs commands from the repository's root with `bin` first on PATH, as a user would, and counts what held. */
export function openStage(bin) {
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: '1' }
  const counts = { passed: 0, failed: 0, skipped: 0 }
  let scene = 0

  function tell(title, ...lines) {
    scene += 1
    print(`\n${paint(`${scene}  ${title}`, 'bold')}`)
    for (const line of lines) print(`   ${line}`)
  }

  /** Runs one shell line and answers its exit code and output; `show` picks the lines that a reader sees. */
  async function type(line, { show = dropHints } = {}) {
    print(`\n   ${paint('$', 'dim')} ${paint(wrapCommand(line), 'cyan')}`)
    const child = spawn('sh', ['-c', line], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    const [code] = await once(child, 'close')
    const text = Buffer.concat(chunks).toString('utf8')
    const lines = text.trimEnd() === '' ? [] : text.trimEnd().split('\n')
    for (const shown of show(lines)) print(`   ${paintVerdict(shown)}`)
    return { code, text }
  }

  function expect(what, holds) {
    counts[holds ? 'passed' : 'failed'] += 1
    print(holds ? `   ${paint('✓', 'green')} ${what}` : `   ${paint('✗ expected, but not so:', 'red')} ${what}`)
    if (!holds) throw new UnmetExpectation(what)
  }

  return { tell, type, expect, counts }
}

function dropHints(lines) {
  return lines.filter((line) => !line.startsWith('next: '))
}

/** Breaks before an option, with the backslash that a shell wants there. */
function wrapCommand(line) {
  const lines = ['']
  for (const part of line.split(/(?= --?[a-z])|(?= \| )/)) {
    if (lines.at(-1) !== '' && lines.at(-1).length + part.length > WIDTH) lines.push(`      ${part.trim()}`)
    else lines[lines.length - 1] += part
  }
  return lines.join(' \\\n')
}

function paintVerdict(line) {
  const [pattern, colour] = VERDICTS.find(([start]) => start.test(line)) ?? []
  return pattern ? line.replace(pattern, (word) => paint(word, colour)) : line
}

function paint(text, colour) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text
}

function print(line) {
  process.stdout.write(`${line.trimEnd()}\n`)
}
