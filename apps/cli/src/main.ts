#!/usr/bin/env node
import { codeOf } from './exit-codes.ts'
import { runCommandLine } from './run-command-line.ts'

const interrupt = new AbortController()
process.on('SIGINT', () => {
  // A second Ctrl-C does not wait for anybody.
  if (interrupt.signal.aborted) process.exit(codeOf('interrupted'))
  interrupt.abort()
})

// A reader that went away (`makoto show … | head`) is no fault, and no verdict either: what was found still decides.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' || process.exit(codeOf('unexpected')))

const ending = await runCommandLine(process.argv.slice(2), interrupt.signal)
// What was interrupted may still hold the process; everything has been said.
if (interrupt.signal.aborted) process.exit(codeOf('interrupted'))
process.exitCode = codeOf(ending)
