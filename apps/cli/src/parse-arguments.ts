import { parseArgs } from 'node:util'
import type { AnyCommand, Option, Options } from './command.ts'
import { suggestWord, UsageError } from './usage-error.ts'

export const COMMON_OPTIONS = {
  json: { text: 'print JSON to standard output' },
  color: { text: 'when to colour; NO_COLOR is obeyed', value: 'WHEN', choices: ['auto', 'always', 'never'] },
  help: { text: 'show this help' },
} as const satisfies Options

export type ParsedArguments = {
  readonly options: Readonly<Record<string, string | string[] | boolean>>
  readonly operands: readonly string[]
}

/** Reads a command's arguments by its own table. Throws a `UsageError` that names the option and the nearest right one. */
export function parseArguments(
  command: Pick<AnyCommand, 'name' | 'operands' | 'options'>,
  args: string[],
): ParsedArguments {
  const known: Options = { ...command.options, ...COMMON_OPTIONS }
  const options: Record<string, string | string[] | boolean> = {}
  const operands: string[] = []
  const { own, rest } = splitRest(known, args)
  Object.assign(options, rest)
  for (const token of readTokens(known, own)) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind === 'option') setOption(options, known, token)
  }
  if (options.help !== true) {
    refuseMissingOptions(command, options)
    refuseWrongOperands(command, operands)
  }
  return { options, operands }
}

/** Cuts off what belongs to another program, before anything in it is taken for an option of ours. */
function splitRest(known: Options, args: string[]): { own: string[]; rest: Record<string, string[]> } {
  const [name] = Object.keys(known).filter((key) => known[key]?.rest)
  const at = name === undefined ? -1 : args.indexOf(`--${name}`)
  if (name === undefined || at < 0) return { own: args, rest: {} }
  const rest = args.slice(at + 1)
  if (rest.length === 0) throw new UsageError(`--${name} needs a command: --${name} ${known[name]?.value}`)
  return { own: args.slice(0, at), rest: { [name]: rest } }
}

type Token = NonNullable<ReturnType<typeof readTokens>>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

function readTokens(known: Options, args: string[]) {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  )
  return parseArgs({ args, options, strict: false, tokens: true }).tokens
}

function setOption(options: ParsedArguments['options'] & Record<string, unknown>, known: Options, token: OptionToken) {
  const { name, rawName, value, inlineValue } = token
  const option = Object.hasOwn(known, name) ? known[name] : undefined
  if (option === undefined) throw new UsageError(`there is no option ${rawName}`, suggestOption(name, known))
  if (option.value === undefined) {
    if (inlineValue === true) throw new UsageError(`${rawName} takes no value`)
    options[name] = true
    return
  }
  const given = checkValue(option, rawName, value, inlineValue === true)
  const before = options[name]
  if (option.many) options[name] = [...(Array.isArray(before) ? before : []), given]
  else if (before !== undefined) throw new UsageError(`${rawName} is given twice`)
  else options[name] = given
}

function checkValue(option: Option, rawName: string, value: string | undefined, inline: boolean): string {
  if (value === undefined || (!inline && value.startsWith('-') && value !== '-'))
    throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`)
  if (option.choices !== undefined && !option.choices.includes(value))
    throw new UsageError(`${rawName} ${value}: it must be one of ${option.choices.join(', ')}`)
  return value
}

function suggestOption(name: string, known: Options): string | undefined {
  const nearest = suggestWord(name, Object.keys(known))
  return nearest === undefined ? undefined : `did you mean --${nearest}?`
}

function refuseMissingOptions(command: Pick<AnyCommand, 'options'>, given: ParsedArguments['options']): void {
  for (const [name, option] of Object.entries(command.options))
    if (option.required && given[name] === undefined) throw new UsageError(`--${name} ${option.value ?? ''} is missing`)
}

function refuseWrongOperands({ operands }: Pick<AnyCommand, 'operands'>, given: readonly string[]): void {
  const missing = operands[given.length]
  if (missing !== undefined) throw new UsageError(`${missing.name} is missing: ${missing.text}`)
  const extra = given[operands.length]
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one argument too many`)
}
