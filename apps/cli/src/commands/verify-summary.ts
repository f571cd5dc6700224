import { datasetName, digestDataset, type SummaryReport, verifySummary } from '@makoto/core'
import { defineCommand, type Values } from '../command.ts'
import { DATA_OPTIONS, readDataOptions } from '../data-options.ts'
import type { Exit } from '../exit-codes.ts'
import { readNamedFile } from '../read-file.ts'
import { renderChecks } from '../render-report.ts'
import { SCHEMA } from '../schemas.ts'
import { readSignerOptions, SIGNER_OPTIONS } from '../signer-options.ts'
import type { Terminal } from '../terminal.ts'
import { TRUST_OPTIONS } from '../trust-options.ts'

const OPTIONS = {
  summary: { value: 'BUNDLE', required: true, text: 'what makoto verify --format vsa signed' },
  level: { value: 'N', choices: ['1', '2', '3'], text: 'the level that the verifier has to have proven, default 2' },
  name: {
    value: 'NAME',
    text: 'the dataset meant, if not by its place: a path, a URI, or dataset:CATALOG.SCHEMA.TABLE',
  },
  'insecure-unlisted': TRUST_OPTIONS['insecure-unlisted'],
  ...SIGNER_OPTIONS,
  ...DATA_OPTIONS,
} as const

type Required = NonNullable<Values<typeof OPTIONS>['level']>

export const checkSummary = defineCommand({
  name: 'verify-summary',
  summary: 'Read every byte of a dataset, and take its level from the summary of a verifier whom you trust.',
  operands: [{ name: 'DATASET', text: 'a file or a directory' }],
  options: OPTIONS,
  examples: [
    {
      text: 'what the data office verified, in place of the whole chain',
      line: 'makoto verify-summary orders --summary orders.vsa.sigstore.json --key office.pub --tsa-root tsa-root.pem',
    },
  ],
  async run({ options, operands: [dataset = ''], json, terminal, signal }) {
    const trust = await readSignerOptions(options)
    const bytes = await readNamedFile(options.summary, 'summary')
    const { kind, sha256, unlisted } = await digestDataset(dataset, readDataOptions(options, { signal, terminal }))
    terminal.clearProgress()
    const name = datasetName(options.name ?? dataset)
    const insecureUnlisted = options['insecure-unlisted'] ?? false
    const asked = { name, kind, sha256, unlisted, insecureUnlisted }
    const report = verifySummary(bytes, asked, trust)
    const exit = judgeSummary(report, options.level)
    if (json) terminal.json({ schema: SCHEMA.verifySummary, dataset: { name, kind, sha256 }, ...report })
    else printSummary(report, exit, { name, required: options.level ?? '2', terminal })
    return exit
  },
})

function judgeSummary({ accepted, level }: SummaryReport, required: Required = '2'): Exit {
  if (!accepted) return 'verificationFailed'
  return level < Number(required) ? 'levelNotMet' : 'ok'
}

/** Other words than those of a verification: this machine proved the bytes and the signature, and nothing behind them. */
function printSummary(
  { level, verifier, checks }: SummaryReport,
  exit: Exit,
  { name, required, terminal }: { name: string; required: Required; terminal: Terminal },
): void {
  for (const line of renderChecks(checks)) terminal.print(...line)
  terminal.print()
  if (exit === 'ok')
    terminal.print({ text: `ACCEPTED L${level}`, style: 'good' }, `  ${name}, on the word of ${verifier}`)
  else if (exit === 'levelNotMet')
    terminal.print({ text: 'NOT ACCEPTED', style: 'bad' }, `: L${required} required, the summary is good for L${level}`)
  else terminal.print({ text: 'NOT ACCEPTED', style: 'bad' }, `: nothing is known of ${name} from this summary`)
}
