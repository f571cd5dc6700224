import { buildDatasetDbom, buildFlatDbom, buildLineage, type Report, renderDot, verifyDataset } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { exitForFailure } from '../exit-codes.ts'
import { countOf, renderReport } from '../render-report.ts'
import { SCHEMA } from '../schemas.ts'
import type { Terminal } from '../terminal.ts'
import { readTrustOptions, TRUST_OPTIONS } from '../trust-options.ts'
import { UsageError } from '../usage-error.ts'
import { readVersion } from '../version.ts'

export const dbom = defineCommand({
  name: 'dbom',
  summary: 'Verify a dataset, and print the bill of materials of what it was made from.',
  operands: [{ name: 'DATASET', text: 'a file or a directory' }],
  options: {
    format: {
      value: 'FORM',
      choices: ['json', 'flat', 'dot'],
      text: 'DBOM 1.0 (default), the flat DBOM v0.1 of the public SDKs, or the graph for Graphviz',
    },
    ...TRUST_OPTIONS,
  },
  examples: [
    {
      text: 'for the auditor',
      line: 'makoto dbom /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem > orders.dbom.json',
    },
    {
      text: 'as a picture',
      line: 'makoto dbom /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem --format dot | dot -Tsvg > orders.svg',
    },
  ],
  async run({ options, operands: [dataset = ''], json, terminal, signal }) {
    const { format = 'json' } = options
    if (json && format !== 'json') throw new UsageError(`--format ${format} does not go with --json`)
    const report = await verifyDataset(dataset, await readTrustOptions(options, { signal, terminal }))
    terminal.clearProgress()
    if (report.failure !== undefined) return refuse(report, { json, terminal })
    const dbom = buildDatasetDbom(report, { verifier: { tool: 'makoto', version: readVersion() } })
    if (format === 'dot') for (const line of renderDot(buildLineage(report)).trimEnd().split('\n')) terminal.print(line)
    else terminal.json(json ? { schema: SCHEMA.dbom, dbom } : format === 'flat' ? buildFlatDbom(report) : dbom)
    terminal.say(
      `PROVEN L${report.level}, ${countOf(report.chain.length, 'attestation')}, newest known: ${report.newestKnown}`,
    )
    if (!dbom.verification?.chainVerified)
      terminal.say('not all that it was made from is in it: makoto verify with the same options says what is missing')
    return 'ok'
  },
})

/** What is not proven gets no bill of materials: somebody would file it. */
function refuse(report: Report, { json, terminal }: { json: boolean; terminal: Terminal }) {
  if (json) terminal.json({ schema: SCHEMA.dbom, dbom: null, report })
  for (const line of renderReport(report)) terminal.say(...line)
  terminal.say('next: makoto verify with the same options, until it is proven')
  return exitForFailure(report.failure?.code)
}
