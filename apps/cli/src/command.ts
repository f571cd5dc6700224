import type { Ending } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** An option as the command line knows it. `value` is the placeholder in the help; a switch has none. */
export type Option = {
  readonly text: string
  readonly value?: string
  readonly many?: true
  readonly required?: true
  readonly choices?: readonly string[]
  /** Takes all that follows, whatever it looks like: a command line of another program. */
  readonly rest?: true
}
export type Options = Readonly<Record<string, Option>>

/** The name of something that stands without `--`; every one of them is required. */
export type Operand = { readonly name: string; readonly text: string }

type TextOf<O extends Option> = O extends { choices: readonly (infer Choice)[] } ? Choice : string

type ValueOf<O extends Option> = O extends { rest: true }
  ? readonly string[]
  : O extends { value: string }
    ? O extends { many: true }
      ? readonly TextOf<O>[]
      : TextOf<O>
    : boolean

export type Values<O extends Options> = {
  readonly [K in keyof O as O[K] extends { required: true } ? K : never]: ValueOf<O[K]>
} & {
  readonly [K in keyof O as O[K] extends { required: true } ? never : K]?: ValueOf<O[K]> | undefined
}

export type Invocation<O extends Options = Options> = {
  readonly options: Values<O>
  readonly operands: readonly string[]
  readonly json: boolean
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

export type Command<O extends Options = Options> = {
  readonly name: string
  /** One line: what a person gets from it. */
  readonly summary: string
  readonly operands: readonly Operand[]
  readonly options: O
  readonly examples: readonly { readonly text: string; readonly line: string }[]
  run(invocation: Invocation<O>): Promise<Ending>
}

/** A command with the types of its options forgotten, for the table; `run` is only called with what they describe. */
export type AnyCommand = Omit<Command, 'run'> & { run(invocation: Invocation<never>): Promise<Ending> }

/** Lets the compiler read the types of the values off the table of options. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command
}
