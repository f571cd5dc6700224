import { exportDataset } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { exitForFailure } from '../exit-codes.ts'
import { countOf, renderReport } from '../render-report.ts'
import { SCHEMA } from '../schemas.ts'
import { readTrustOptions, TRUST_OPTIONS } from '../trust-options.ts'
import { writeNewFile } from '../write-file.ts'

export const exportArchive = defineCommand({
  name: 'export',
  summary: 'Verify a dataset, and write all that proves it into one archive: for years without the store.',
  operands: [{ name: 'DATASET', text: 'a file or a directory' }],
  options: {
    out: { value: 'ARCHIVE', required: true, text: 'the new file, such as orders.makoto.tar.gz' },
    ...TRUST_OPTIONS,
  },
  examples: [
    {
      text: 'for the files of an audit',
      line: 'makoto export /lake/orders --out orders.makoto.tar.gz --store /lake/_makoto --key spark.pub --tsa-root tsa-root.pem',
    },
  ],
  async run({ options, operands: [dataset = ''], json, terminal, signal }) {
    const asked = await readTrustOptions(options, { signal, terminal })
    const { report, archive } = await exportDataset(dataset, asked)
    terminal.clearProgress()
    if (archive === undefined) {
      if (json) terminal.json({ schema: SCHEMA.export, archive: null, report })
      for (const line of renderReport(report)) terminal.say(...line)
      terminal.say('next: makoto verify with the same options, until it is proven')
      return exitForFailure(report.failure?.code)
    }
    await writeNewFile(options.out, archive)
    if (json) terminal.json({ schema: SCHEMA.export, archive: options.out, bytes: archive.length, report })
    else terminal.print({ text: 'exported', style: 'good' }, `  ${report.dataset.name}`)
    terminal.say(`PROVEN L${report.level}, ${countOf(report.chain.length, 'attestation')} in ${options.out}`)
    terminal.say(`next: makoto verify ${dataset} --archive ${options.out} --key PUBLIC_KEY --tsa-root PEM`)
    return 'ok'
  },
})
