import { verifyDataset } from '@makoto/core'
import { gatherReport, renderPage } from '@makoto/report'
import { defineCommand } from '../command.ts'
import { exitForFailure } from '../exit-codes.ts'
import { renderReport } from '../render-report.ts'
import { readTrustOptions, TRUST_OPTIONS } from '../trust-options.ts'
import { readVersion } from '../version.ts'
import { replaceFile } from '../write-file.ts'

export const report = defineCommand({
  name: 'report',
  summary: 'Verify a dataset, and write what was found as one HTML page that verifies itself again for its reader.',
  operands: [{ name: 'DATASET', text: 'a file or a directory' }],
  options: {
    out: { value: 'FILE', required: true, text: 'the page to write; it needs no network and no server' },
    author: { value: 'NAME', text: 'who states this, where the page should say so' },
    ...TRUST_OPTIONS,
  },
  examples: [
    {
      text: 'for somebody without a terminal',
      line: 'makoto report /lake/orders --out orders.html --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem',
    },
  ],
  async run({ options, operands: [dataset = ''], json, terminal, signal }) {
    const trusted = await readTrustOptions(options, { signal, terminal })
    const found = await verifyDataset(dataset, trusted)
    const { store, trust, policy } = trusted
    const madeBy = `makoto ${readVersion()}`
    await replaceFile(
      options.out,
      renderPage(await gatherReport(found, { store, trust, policy, madeBy, author: options.author })),
    )
    terminal.clearProgress()
    if (json) terminal.json(found)
    else for (const line of renderReport(found)) terminal.print(...line)
    terminal.say(
      `next: open ${options.out} in a browser and drop on it the public key, and the timestamp authority's root with it`,
    )
    return exitForFailure(found.failure?.code)
  },
})
