import { EXIT_CODES, type Exit, exitForError } from './exit-codes.ts'
import { SCHEMA } from './schemas.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

type Situation = { readonly terminal: Terminal; readonly json: boolean; readonly signal: AbortSignal }

/** Says what went wrong and what to do about it; with `--json` also as a document, so that there always is one. */
export async function reportError(error: unknown, { terminal, json, signal }: Situation): Promise<Exit> {
  if (signal.aborted) {
    terminal.say('interrupted')
    return 'interrupted'
  }
  const { exit, code, message, hint } = await describeError(error)
  if (json) terminal.json({ schema: SCHEMA.error, exitCode: EXIT_CODES[exit].code, error: { code, message, hint } })
  const [first = '', ...trace] = exit === 'unexpected' ? message.split('\n') : [message]
  terminal.say({ text: 'error', style: 'bad' }, `: ${first}`)
  for (const line of trace) terminal.say(line)
  if (hint !== undefined) terminal.say(hint)
  return exit
}

type Description = { exit: Exit; code: string; message: string; hint: string | undefined }

async function describeError(error: unknown): Promise<Description> {
  if (error instanceof UsageError) return { exit: 'usage', code: 'usage', message: error.message, hint: error.hint }
  // Loaded here only: a wrong option is answered without loading the core.
  const { isMakotoError } = await import('@makoto/core')
  if (isMakotoError(error)) {
    const { code, message, hint } = error
    return { exit: exitForError(code), code, message, hint }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    exit: 'unexpected',
    code: 'unexpected',
    message,
    hint: 'this is a fault in makoto: please report it with the lines above',
  }
}
