import { type Report, verifyDataset } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { exitForFailure } from '../exit-codes.ts'
import { renderReport } from '../render-report.ts'
import { readTrustOptions, TRUST_OPTIONS } from '../trust-options.ts'

export const verify = defineCommand({
  name: 'verify',
  summary: 'Read every byte of a dataset and check it against its attestations, back to the origins.',
  operands: [{ name: 'DATASET', text: 'a file or a directory' }],
  options: TRUST_OPTIONS,
  examples: [
    {
      text: 'may I trust this table',
      line: 'makoto verify /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem',
    },
    {
      text: 'and was all of it attested by somebody, not merely found',
      line: 'makoto verify /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem --origins attested',
    },
    { text: 'unsigned attestations', line: 'makoto verify orders.csv --store /lake/_makoto --level 1 --json' },
  ],
  async run({ options, operands: [dataset = ''], json, terminal, signal }) {
    const report = await verifyDataset(dataset, await readTrustOptions(options, { signal, terminal }))
    terminal.clearProgress()
    if (json) terminal.json(report)
    else for (const line of renderReport(report)) terminal.print(...line)
    terminal.say(suggestNext(report, options.store))
    return exitForFailure(report.failure?.code)
  },
})

function suggestNext({ failure, dataset: { name, uri } }: Report, store: string): string {
  switch (failure?.code) {
    case undefined:
      return `next: makoto dbom ${uri} --store ${store} … shows what it was made from`
    case 'no-attestation':
      return `next: attest it with makoto attest origin, or look elsewhere than ${store}`
    case 'name-mismatch':
      return `next: if a copy is meant, name the original with --name; ${name} is what was asked for`
    case 'key-untrusted':
      return 'next: ask the producer for the public key, over a way that you trust, and give it with --key'
    case 'level-not-met':
    case 'origins-not-attested':
      return 'next: --json names every requirement and what was missing'
    default:
      return 'next: do not use this data; --json holds every check'
  }
}
