import { MakotoError } from '@makoto/core'
import type { SparkConfig } from '../config.ts'
import { mergeValue, separatorOf } from '../list-property.ts'
import { readProperties } from '../properties-file.ts'
import { quoteShellWord, type ShellWord, splitShellWords } from '../shell-words.ts'
import type { ConfigTarget } from '../target.ts'
import { OWN_OPTIONS } from './own-options.ts'

/**
 * Arguments of `spark-submit`, quoted for a POSIX shell, one option a line.
 *
 * `existing` is a command line, with or without `spark-submit` in front: options before the application are merged,
 * the application and its own arguments are left alone. Where neither names a list, that of `defaults` is added to.
 *
 * A shipped JAR goes on the driver's class path only where it is known what stands there: a job may need the entries of
 * `spark-defaults.conf` to reach its data, and an option would replace them. Without, outputs are hashed after their commit.
 */
export const sparkSubmit: ConfigTarget = {
  name: 'submit',
  render(config, existing, defaults) {
    const { program, options, application } = mergeCommandLine(config, existing, defaults)
    const lines = [program, ...options.map(({ words }) => joinWords(words)), joinWords(application)]
    return `${lines.filter((line) => line !== '').join(' \\\n  ')}\n`
  },
  settle(config, existing, defaults) {
    const { options } = mergeCommandLine(config, existing, defaults)
    return config.properties.flatMap(([key]) => {
      const value = findOption(options, key)?.value
      return value === undefined ? [] : [[key, value] as const]
    })
  },
}

function mergeCommandLine(config: SparkConfig, existing = '', defaults?: string): CommandLine {
  const line = readCommandLine(existing)
  const { options } = line
  const beneath = readProperties(defaults ?? '')
  const isKnown = (key: string) => defaults !== undefined || options.some(({ property }) => property === key)
  for (const [key, value] of config.properties)
    if (isKnown(key) || !isSpare(key, config)) mergeOption(options, key, { value, beneath: beneath.get(key) ?? '' })
  return line
}

/** Whether the agent runs without it. */
const isSpare = (key: string, { properties }: SparkConfig) =>
  key === 'spark.driver.extraClassPath' && properties.some(([name]) => name === 'spark.jars')

type Option = { name: string; words: ShellWord[]; property?: string; value?: string }
type CommandLine = { program: string; options: Option[]; application: ShellWord[] }

const PROGRAM = /(^|\/)(spark-submit|spark-shell|spark-sql|pyspark|sparkR)$/
const SWITCHES = new Set(['--supervise', '--verbose', '-v', '--help', '-h', '--version', '--usage-error'])

function readCommandLine(text: string): CommandLine {
  const words = readWords(text)
  refuseWordsBefore(words)
  const program = words[0] !== undefined && PROGRAM.test(words[0].value) ? (words.shift()?.raw ?? '') : ''
  const options: Option[] = []
  while (words[0]?.value.startsWith('-')) {
    const takesNext = !SWITCHES.has(words[0].value) && !/^--[^=]+=/.test(words[0].value)
    options.push(readOption(words.splice(0, takesNext ? 2 : 1)))
  }
  return { program, options, application: words }
}

/** Behind `VARIABLE=value`, `exec` or another command our options would stand before the program. */
function refuseWordsBefore([first, ...others]: ShellWord[]): void {
  if (first === undefined || first.value.startsWith('-') || PROGRAM.test(first.value)) return
  const program = others.find(({ value }) => PROGRAM.test(value))
  if (program === undefined) return
  throw new MakotoError('options-invalid', `the command line does not begin with ${program.raw}`, {
    hint: `give what stands from ${program.raw} on; set variables before`,
  })
}

function readWords(text: string): ShellWord[] {
  try {
    return splitShellWords(text)
  } catch (cause) {
    throw new MakotoError('options-invalid', 'the existing spark-submit arguments cannot be read', { cause })
  }
}

function readOption(words: ShellWord[]): Option {
  const [, name = '', inline] = /^(--?[^=]+)(?:=(.*))?$/s.exec(words[0]?.value ?? '') ?? []
  const given = inline ?? words[1]?.value
  if (given === undefined) return readSwitch(name, words)
  const own = OWN_OPTIONS.get(name)
  if (own !== undefined) return { name, words, property: own, value: given }
  if (name !== '--conf' && name !== '-c') return { name, words }
  const [, property = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(given) ?? []
  return { name, words, property, value }
}

/** What is to have a value and has none would take the first of our options for it. */
function readSwitch(name: string, words: ShellWord[]): Option {
  if (SWITCHES.has(name)) return { name, words }
  throw new MakotoError('options-invalid', `${name} has no value in the existing spark-submit arguments`)
}

/** `--jars` beats `--conf spark.jars`, and so do others of its kind; among equals the last one counts. */
function findOption(options: readonly Option[], property: string): Option | undefined {
  const same = options.filter((option) => option.property === property)
  return same.findLast(({ name }) => OWN_OPTIONS.has(name)) ?? same.at(-1)
}

function mergeOption(
  options: Option[],
  property: string,
  { value, beneath }: { value: string; beneath: string },
): void {
  const found = findOption(options, property)
  if (found?.value === undefined) {
    const name = property === 'spark.jars' ? '--jars' : '--conf'
    options.push(writeOption(name, property, mergeValue(property, beneath, value)))
    return
  }
  const merged = mergeValue(property, found.value, value)
  if (merged === found.value) return
  const appended = merged.startsWith(`${found.value}${separatorOf(property)}`)
    ? merged.slice(found.value.length)
    : undefined
  if (appended !== undefined) appendToLastWord(found, appended)
  else Object.assign(found, rewriteOption(found, property, merged))
}

/** A list that is written anew is quoted; what the shell was to put into it would be lost. */
function rewriteOption(option: Option, property: string, value: string): Option {
  if (separatorOf(property) !== undefined && option.words.some(({ expands }) => expands))
    throw new MakotoError('options-invalid', `${joinWords(option.words)} holds what only the shell can expand`, {
      hint: 'take the older Makoto JAR and the blanks out of that list, then merge again',
    })
  return writeOption(option.name, property, value)
}

/** Adds to the word as it is written, so that a variable inside it still expands. */
function appendToLastWord(option: Option, suffix: string): void {
  const last = option.words.at(-1)
  if (last === undefined) return
  last.raw += quoteShellWord(suffix)
  last.value += suffix
  option.value += suffix
}

function writeOption(name: string, property: string, value: string): Option {
  const given = OWN_OPTIONS.has(name) ? value : `${property}=${value}`
  const words = [name, given].map((word) => ({ raw: quoteShellWord(word), value: word }))
  return { name, words, property, value }
}

function joinWords(words: ShellWord[]): string {
  return words.map(({ raw }) => raw).join(' ')
}
