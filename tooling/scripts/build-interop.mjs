// Builds the programs of the interop lane beside everything else: at the lowest priority, and no longer than whoever
// started it lives, which it knows by its standard input.
import { constants, setPriority } from 'node:os'
import { buildInterop, UNBUILT } from './interop.mjs'

setPriority(constants.priority.PRIORITY_LOW)
const ending = new AbortController()
const end = () => ending.abort()
process.stdin.resume().once('close', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end)

const fault = await buildInterop({ signal: ending.signal })
if (fault !== undefined) {
  process.stdout.write(`${fault}\n`)
  process.exitCode = UNBUILT
}
process.stdin.off('close', end).destroy()
