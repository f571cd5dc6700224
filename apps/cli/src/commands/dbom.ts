import { buildDatasetDbom, type Report, verifyDataset } from '@makoto/core'
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
  summary: 'Verify a dataset, and print the bill of materials of what it was made from (DBOM 1.0).',
  operands: [{ name: 'DATASET', text: 'a file or a directory' }],
  options: { dot: { text: 'print the lineage graph for Graphviz instead' }, ...TRUST_OPTIONS },
  examples: [
    {
      text: 'for the auditor',
      line: 'makoto dbom /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem > orders.dbom.json',
    },
    {
      text: 'as a picture',
      line: 'makoto dbom /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem --dot | dot -Tsvg > orders.svg',
    },
  ],
  async run({ options, operands: [dataset = ''], json, terminal, signal }) {
    if (json && options.dot) throw new UsageError('--dot prints a graph: it does not go with --json')
    const report = await verifyDataset(dataset, await readTrustOptions(options, { signal, terminal }))
    terminal.clearProgress()
    if (report.failure !== undefined) return refuse(report, { json, terminal })
    const built = buildDatasetDbom(report, { verifier: { tool: 'makoto', version: readVersion() } })
    if (options.dot) for (const line of built.lineageGraph?.content?.trimEnd().split('\n') ?? []) terminal.print(line)
    else terminal.json(json ? { schema: SCHEMA.dbom, dbom: built } : built)
    terminal.say(
      `PROVEN L${report.level}, ${countOf(report.chain.length, 'attestation')}, newest known: ${report.newestKnown}`,
    )
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
