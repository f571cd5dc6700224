import type { AnyCommand, Invocation } from './command.ts'
import { COMMANDS, type CommandEntry } from './commands.ts'
import type { Ending, Exit } from './exit-codes.ts'
import { renderCommandHelp, renderProgramHelp } from './help.ts'
import { type ParsedArguments, parseArguments } from './parse-arguments.ts'
import { reportError } from './report-error.ts'
import { type ColorChoice, openTerminal, type Terminal } from './terminal.ts'
import { suggestWord, UsageError } from './usage-error.ts'
import { readVersion } from './version.ts'

/** Finds the command, reads its arguments, runs it; resolves to how it ended whatever happens. */
export async function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<Ending> {
  const ours = args.includes('--then') ? args.slice(0, args.indexOf('--then')) : args
  const terminal = openTerminal(readColor(ours))
  try {
    return await Promise.race([dispatch(args, terminal, signal), rejectOnAbort(signal)])
  } catch (error) {
    terminal.clearProgress()
    return reportError(error, { terminal, json: wantsJson(ours), signal })
  }
}

/** Whatever a command waits for, Ctrl-C ends the waiting: stores have whole objects or none. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

async function dispatch(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<Ending> {
  const [first, ...rest] = args
  if (first === '--version') return printData(terminal, `makoto ${readVersion()}\n`)
  if (first === '--help' || first === '-h') return printData(terminal, renderProgramHelp(COMMANDS))
  if (first === 'help') return printData(terminal, await renderHelpOf(rest))
  const found = findCommand(args)
  const command = await found.entry.load()
  const parsed = parseArguments(command, found.rest)
  if (parsed.options.help === true) return printData(terminal, renderCommandHelp(command))
  return await command.run(invoke(parsed, terminal, signal))
}

function invoke({ options, operands }: ParsedArguments, terminal: Terminal, signal: AbortSignal): Invocation<never> {
  const { json, color: _, help: __, ...own } = options
  return { options: own as Invocation<never>['options'], operands, json: json === true, terminal, signal }
}

async function renderHelpOf(path: readonly string[]): Promise<string> {
  if (path.length === 0) return renderProgramHelp(COMMANDS)
  const group = COMMANDS.filter((entry) => entry.path.length === 2 && entry.path[0] === path[0])
  if (path.length === 1 && group.length > 0) return renderProgramHelp(group, path[0])
  const command: AnyCommand = await findCommand(path).entry.load()
  return renderCommandHelp(command)
}

function findCommand(args: readonly string[]): { entry: CommandEntry; rest: string[] } {
  const entry = COMMANDS.find(({ path }) => path.every((word, at) => args[at] === word))
  if (entry !== undefined) return { entry, rest: args.slice(entry.path.length) }
  const [first, second] = args
  if (first === undefined) throw new UsageError('a command is missing', 'run `makoto --help` for the list')
  const inGroup = COMMANDS.filter(({ path }) => path.length === 2 && path[0] === first)
  if (inGroup.length === 0) throw new UsageError(`there is no command ${first}`, suggestCommand(first, COMMANDS, 0))
  const what = second === undefined ? `makoto ${first} needs a command` : `there is no command ${first} ${second}`
  throw new UsageError(what, suggestCommand(second ?? '', inGroup, 1))
}

function suggestCommand(word: string, entries: readonly CommandEntry[], at: 0 | 1): string {
  const nearest = suggestWord(
    word,
    entries.map(({ path }) => path[at] ?? ''),
  )
  const entry = entries.find(({ path }) => path[at] === nearest)
  if (word === '' || entry === undefined)
    return `there are: ${[...new Set(entries.map(({ path }) => path.slice(0, at + 1).join(' ')))].join(', ')}`
  return `did you mean makoto ${entry.path.slice(0, at + 1).join(' ')}?`
}

function printData(terminal: Terminal, text: string): Exit {
  terminal.data(text)
  return 'ok'
}

const wantsJson = (args: readonly string[]) =>
  args.some((arg, at) => arg === '--json' || arg === '--format=json' || (arg === '--format' && args[at + 1] === 'json'))

/** Read before anything else, so that a wrong command line is reported in the colours that were asked for. */
function readColor(args: readonly string[]): ColorChoice {
  const at = args.findIndex((arg) => arg === '--color' || arg.startsWith('--color='))
  const choice = args[at] === '--color' ? args[at + 1] : args[at]?.slice('--color='.length)
  return choice === 'always' || choice === 'never' ? choice : 'auto'
}
