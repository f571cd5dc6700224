import type { Report } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { exitForFailure } from '../exit-codes.ts'
import { FORMAT_OPTIONS, prepareWriter } from '../format-options.ts'
import { MEMBER_OPTIONS, refuseForMember, verifyAsked } from '../member-options.ts'
import { runThen } from '../run-then.ts'
import { nameStore } from '../store-options.ts'
import { THEN_OPTIONS } from '../then-options.ts'
import { readTrustOptions, TRUST_OPTIONS } from '../trust-options.ts'
import { watchDataset } from '../watch-dataset.ts'

export const verify = defineCommand({
  name: 'verify',
  summary: 'Read every byte of a dataset and check it against its attestations, back to the origins.',
  operands: [{ name: 'DATASET', text: 'a file or a directory' }],
  options: { ...MEMBER_OPTIONS, ...TRUST_OPTIONS, ...FORMAT_OPTIONS, ...THEN_OPTIONS },
  examples: [
    {
      text: 'may I trust this table',
      line: 'makoto verify /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem',
    },
    {
      text: 'and was all of it attested by somebody, not merely found',
      line: 'makoto verify /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem --origins attested',
    },
    {
      text: 'does this one file belong to it, without reading the others',
      line: 'makoto verify part-0.parquet --in /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem',
    },
    { text: 'unsigned attestations', line: 'makoto verify orders.csv --store /lake/_makoto --level 1 --json' },
    {
      text: 'only then start the job that reads it',
      line: 'makoto verify /lake/orders --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem --then spark-submit report.py',
    },
    {
      text: 'findings for code scanning',
      line: 'makoto verify orders --store store --key ours.pub --tsa-root tsa.pem --format sarif --out makoto.sarif',
    },
  ],
  async run({ options, operands: [dataset = ''], json, terminal, signal }) {
    const { then } = options
    refuseForMember(options)
    const writer = await prepareWriter(options, { json, terminal }, { quiet: then !== undefined })
    const asked = await readTrustOptions(options, { signal, terminal })
    const watch = watchDataset(dataset, asked.digest)
    const report = await verifyAsked(dataset, { ...asked, digest: watch.digest }, options)
    terminal.clearProgress()
    await writer.write(report, asked)
    if (then !== undefined && report.failure === undefined)
      return runThen(then, { report, watch, rehash: options['then-rehash'] ?? false, terminal })
    terminal.say(suggestNext(report, nameStore(options), options.name))
    return exitForFailure(report.failure?.code)
  },
})

function suggestNext({ failure, dataset: { name, uri } }: Report, store: string, named: string | undefined): string {
  switch (failure?.code) {
    case undefined:
      return `next: makoto dbom ${uri} ${store} … shows what it was made from`
    case 'no-attestation':
      return `next: attest it with makoto attest origin, or look elsewhere than ${store}`
    case 'name-mismatch':
      if (named !== undefined && /^[^/:]+$/.test(named))
        return `next: --name ${named} is a path; a table is asked for with --name dataset:${named}`
      return `next: if a copy is meant, name the original with --name; ${name} is what was asked for`
    case 'key-untrusted':
      return 'next: ask the producer for the public key, over a way that you trust, and give it with --key'
    case 'level-not-met':
    case 'origins-not-attested':
    case 'not-fresh':
      return 'next: --json names every requirement and what was missing'
    case 'rendering-refused':
      return 'next: look at the files that --json names; what you accept of it goes to --rendering-allow'
    case 'files-unlisted':
      return 'next: remove what no batch committed, or accept it with --insecure-unlisted if only Spark reads this'
    case 'rolled-back':
      return 'next: ask the producer why; if it began anew, remove its lines from the memory file'
    default:
      return 'next: do not use this data; --json holds every check'
  }
}
