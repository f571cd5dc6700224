import type { AnyCommand, Options } from './command.ts'
import type { CommandEntry } from './commands.ts'
import { COMMON_OPTIONS } from './parse-arguments.ts'

/** The help of the whole program, or of one group such as `makoto key`. */
export function renderProgramHelp(entries: readonly CommandEntry[], group?: string): string {
  const rows = entries.map(({ path, summary }): Row => [path.join(' '), summary])
  return [
    group === undefined ? 'Attest data, and verify what others attested.' : `The commands of makoto ${group}.`,
    '',
    `usage: makoto ${group === undefined ? '' : `${group} `}COMMAND [options]`,
    '',
    ...alignRows(rows),
    '',
    '`makoto help COMMAND` shows its options and examples.',
    '',
  ].join('\n')
}

export function renderCommandHelp({ name, summary, operands, options, examples }: AnyCommand): string {
  const required = Object.entries(options).filter(([, { required }]) => required)
  const usage = [
    'makoto',
    name,
    ...operands.map((operand) => operand.name),
    ...required.map(([key]) => showOption(key, options)),
  ]
  return [
    summary,
    '',
    `usage: ${usage.join(' ')} [options]`,
    '',
    ...section(
      'arguments',
      operands.map(({ name, text }): Row => [name, text]),
    ),
    ...section('options', listOptions({ ...options, ...COMMON_OPTIONS })),
    'examples:',
    ...examples.flatMap(({ text, line }) => [`  # ${text}`, `  ${line}`]),
    '',
  ].join('\n')
}

type Row = readonly [name: string, text: string]

function section(title: string, rows: readonly Row[]): string[] {
  return rows.length === 0 ? [] : [`${title}:`, ...alignRows(rows), '']
}

function listOptions(options: Options): Row[] {
  return Object.entries(options).map(([name, { text, many, choices }]): Row => {
    const remarks = [choices?.join(', ') ?? '', many ? 'may be repeated' : ''].filter((remark) => remark !== '')
    return [showOption(name, options), remarks.length === 0 ? text : `${text} (${remarks.join('; ')})`]
  })
}

function showOption(name: string, options: Options): string {
  const value = options[name]?.value
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

const COLUMNS = 100

function alignRows(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  const indent = ' '.repeat(width + 4)
  return rows.map(
    ([name, text]) => `  ${name.padEnd(width)}  ${wrapWords(text, COLUMNS - indent.length).join(`\n${indent}`)}`,
  )
}

function wrapWords(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
