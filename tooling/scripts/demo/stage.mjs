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

  /** Runs one shell line and answers its exit code and what it said, `out` to stdout alone. */
  async function ask(line) {
    const child = spawn('sh', ['-c', line], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push({ stream, chunk }))
    const [code] = await once(child, 'close')
    return { code, text: joinChunks(chunks), out: joinChunks(chunks.filter(({ stream }) => stream === child.stdout)) }
  }

  /** The same before a reader's eyes; `show` picks the lines that they see. */
  async function type(line, { show = dropHints } = {}) {
    print(`\n   ${paint('$', 'dim')} ${paint(wrapCommand(line), 'cyan')}`)
    const said = await ask(line)
    const text = said.text.trimEnd()
    for (const shown of show(text === '' ? [] : text.split('\n'))) print(`   ${paintVerdict(shown)}`)
    return said
  }

  function expect(what, holds) {
    counts[holds ? 'passed' : 'failed'] += 1
    print(holds ? `   ${paint('✓', 'green')} ${what}` : `   ${paint('✗ expected, but not so:', 'red')} ${what}`)
    if (!holds) throw new UnmetExpectation(what)
  }

  /** What cannot be asked here is counted too: it is no expectation that held. */
  function skip(what, reason) {
    counts.skipped += 1
    print(`   ${paint('-', 'dim')} skipped: ${what}: ${reason}`)
  }

  return { tell, ask, type, expect, skip, counts }
}

function joinChunks(chunks) {
  return Buffer.concat(chunks.map(({ chunk }) => chunk)).toString('utf8')
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
