import { buildSarif, type Report, renderJunit, type VerifyDatasetOptions } from '@makoto/core'
import type { Invocation, Options, Values } from './command.ts'
import { renderJson } from './printable.ts'
import { renderReport } from './render-report.ts'
import { readSummarySigning, SUMMARY_OPTIONS, writeSummary } from './summary-options.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import { readVersion } from './version.ts'
import { replaceFile } from './write-file.ts'

/** In which form a report is given, and where to. */
export const FORMAT_OPTIONS = {
  format: {
    value: 'FORM',
    choices: ['text', 'json', 'sarif', 'junit', 'vsa'],
    text: 'for people, programs, code scanning, CI, or the next verifier (signed); default text',
  },
  out: { value: 'FILE', text: 'write that form to a file, and the text to standard output' },
  ...SUMMARY_OPTIONS,
} as const satisfies Options

type FormatValues = Values<typeof FORMAT_OPTIONS>
type Form = NonNullable<FormatValues['format']>

export interface ReportWriter {
  /** Gives the report its form; `quiet` where standard output belongs to somebody else. */
  write(report: Report, asked: VerifyDatasetOptions): Promise<void>
}

/** Settles the form before anything is verified: a wrong option must not cost an hour of hashing. */
export async function prepareWriter(
  options: FormatValues,
  { json, terminal }: Pick<Invocation, 'json' | 'terminal'>,
  { quiet }: { readonly quiet: boolean },
): Promise<ReportWriter> {
  const form = chooseForm(options, json)
  const { out } = options
  if (out !== undefined && form === 'text') throw new UsageError('--out needs --format: which form goes to the file?')
  if (quiet && out === undefined && form !== 'text')
    throw new UsageError(`--format ${form} with --then needs --out FILE: standard output is the command's`)
  const signing = form === 'vsa' ? await readSummarySigning(options, terminal) : undefined
  return {
    write: async (report, asked) => {
      if (form === 'text' || out !== undefined) printText(report, { terminal, quiet })
      if (form === 'text') return
      const content = signing ? await writeSummary(report, asked, signing) : renderForm(form, report)
      if (out === undefined) terminal.data(content)
      else await replaceFile(out, content)
    },
  }
}

function chooseForm({ format }: FormatValues, json: boolean): Form {
  if (json && format !== undefined && format !== 'json')
    throw new UsageError(`--json is --format json: it does not go with --format ${format}`)
  return json ? 'json' : (format ?? 'text')
}

function renderForm(form: Form, report: Report): string {
  switch (form) {
    case 'sarif':
      return renderJson(buildSarif(report, { name: 'makoto', version: readVersion() }))
    case 'junit':
      return renderJunit(report)
    default:
      return renderJson(report)
  }
}

function printText(report: Report, { terminal, quiet }: { terminal: Terminal; quiet: boolean }): void {
  for (const line of renderReport(report))
    if (quiet) terminal.say(...line)
    else terminal.print(...line)
}
