import { type RunReport, verifyRun } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { exitForFailure } from '../exit-codes.ts'
import { renderRunReport } from '../render-run-report.ts'
import { namesSigner, readSignerOptions, SIGNER_OPTIONS } from '../signer-options.ts'
import { readStore, STORE_OPTIONS } from '../store-options.ts'
import { UsageError } from '../usage-error.ts'

// A run's timestamp is that of its last record, so nothing here counts authorities a record.
const { timestamps: _, logs: __, witness: ___, witnesses: ____, ...SIGNERS } = SIGNER_OPTIONS
const LEVELS = { 1: 1, 2: 2, 3: 3 } as const

export const verifyRunCommand = defineCommand({
  name: 'verify-run',
  summary: 'Check a run by what it left in a store: its records, its seal, what it read and wrote.',
  operands: [{ name: 'RUN', text: 'the id of the run, as in its invocation ids and under runs/ in the store' }],
  options: {
    ...STORE_OPTIONS,
    ...SIGNERS,
    level: { value: 'N', choices: ['1', '2', '3'], text: 'the level that has to be proven, default 2' },
    complete: { text: 'fail unless what the run states is all that there is to say of it' },
    reads: { value: 'GLOB', many: true, text: 'fail if it read anything else: * within a part of a name, ** across' },
    writes: { value: 'GLOB', many: true, text: 'fail if it wrote anything else' },
  },
  examples: [
    {
      text: 'did this job end well, and is nothing missing',
      line: 'makoto verify-run app-20261121~1~3918f0f2fdc92624 --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem --complete',
    },
    {
      text: "did tenant A's job touch nothing of tenant B",
      line: "makoto verify-run app-20261121~1~3918f0f2fdc92624 --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem --reads 's3://lake/a/**' --writes 's3://lake/a/**'",
    },
  ],
  async run({ options, operands: [run = ''], json, terminal }) {
    const { complete = false, reads, writes } = options
    const level = LEVELS[options.level ?? '2']
    if (level > 1 && !namesSigner(options))
      throw new UsageError('--key PUB is missing: who signed is checked against your keys and identities only')
    const trust = await readSignerOptions(options)
    const report = await verifyRun(run, { store: await readStore(options), trust, level, complete, reads, writes })
    if (json) terminal.json(report)
    else for (const line of renderRunReport(report)) terminal.print(...line)
    terminal.say(suggestNext(report))
    return exitForFailure(report.failure?.code)
  },
})

function suggestNext({ failure, writes: [first] }: RunReport): string {
  switch (failure?.code) {
    case undefined:
      return first
        ? `next: makoto verify ${first.name.replace(/^dataset:/, '')} checks what it wrote`
        : 'next: nothing was written'
    case 'no-attestation':
      return 'next: list runs/ in the store for the ids of its runs'
    case 'run-unfinished':
      return 'next: wait for the end of the application, or find out why it wrote no seal'
    case 'run-incomplete':
      return 'next: --json names every gap'
    default:
      return 'next: do not rely on this run; --json holds every check'
  }
}
