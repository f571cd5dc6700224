import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { UsageError } from './usage-error.ts'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
/** A terminal sends these to every process in the foreground by itself. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT'])

/** Runs another program with our streams and more environment; resolves to its exit code, as a shell would give it. */
export async function runProgram([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  const restore = forwardSignals(child)
  try {
    return await waitFor(child, file)
  } finally {
    restore()
  }
}

function waitFor(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new UsageError(`--then: ${file} cannot be run: ${cause.message}`)))
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** While the program runs, signals are its own affair: it decides when both end. */
function forwardSignals(child: ChildProcess): () => void {
  const restores = FORWARDED.map((signal) => {
    const ours = process.listeners(signal)
    const forward = () => {
      if (!(process.stdin.isTTY && FROM_TERMINAL.has(signal))) child.kill(signal)
    }
    process.removeAllListeners(signal)
    process.on(signal, forward)
    return () => {
      process.removeListener(signal, forward)
      for (const listener of ours) process.on(signal, listener)
    }
  })
  return () => {
    for (const restore of restores) restore()
  }
}
