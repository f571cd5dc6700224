import type { Report } from '@makoto/core'
import type { Ending } from './exit-codes.ts'
import { runProgram } from './run-program.ts'
import type { Terminal } from './terminal.ts'
import type { DatasetWatch } from './watch-dataset.ts'

const MAX_NAMED = 20

export interface ThenOptions {
  readonly report: Report
  readonly watch: DatasetWatch
  readonly rehash: boolean
  readonly terminal: Terminal
}

/**
 * Runs a command on data that was just proven: only if nobody wrote to it since it was hashed, and with a second look
 * when the command has ended. The command's own exit code is passed on, unless the data changed under it: then what it
 * read may be neither the old nor the new.
 */
export async function runThen(commandLine: readonly string[], options: ThenOptions): Promise<Ending> {
  const { report, watch, rehash, terminal } = options
  if (sayChanges(watch.findChanges(), 'after it was proven: the command was not started', terminal))
    return 'dataChanged'
  const { sha256, member } = report.dataset
  const proven = member?.sha256 ?? sha256
  const passedOn = await runProgram(commandLine, {
    MAKOTO_VERDICT: report.verdict,
    MAKOTO_LEVEL: String(report.level),
    MAKOTO_SUBJECT_SHA256: proven,
  })
  const changes = watch.findChanges()
  const found = changes.length === 0 && rehash ? await watch.findChangedBytes(proven) : changes
  const ended = `while the command ran, which ended with ${passedOn}: do not use what it made`
  return sayChanges(found, ended, terminal) ? 'dataChanged' : { passedOn }
}

function sayChanges(changes: readonly string[], when: string, terminal: Terminal): boolean {
  if (changes.length === 0) return false
  terminal.say({ text: 'DATA CHANGED', style: 'bad' }, ` ${when}`)
  for (const change of changes.slice(0, MAX_NAMED)) terminal.say(`  changed  ${change}`)
  if (changes.length > MAX_NAMED) terminal.say(`  and ${changes.length - MAX_NAMED} more`)
  return true
}
