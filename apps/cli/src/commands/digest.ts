import { datasetName, digestDataset, renderManifest } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { DATA_OPTIONS, readDataOptions } from '../data-options.ts'
import { formatBytes } from '../progress.ts'
import { SCHEMA } from '../schemas.ts'
import { UsageError } from '../usage-error.ts'

export const digest = defineCommand({
  name: 'digest',
  summary: 'Print the digest of a file or directory, as every attestation of it names it.',
  operands: [{ name: 'PATH', text: 'a file or a directory' }],
  options: {
    manifest: { text: 'print the manifest of a directory instead: its SHA-256 is the digest' },
    ...DATA_OPTIONS,
  },
  examples: [
    { text: 'the digest of a directory', line: 'makoto digest /lake/orders' },
    {
      text: 'the same, file by file, checked by coreutils',
      line: '(makoto digest /lake/orders --manifest) | (cd /lake/orders && sha256sum --check)',
    },
  ],
  async run({ options, operands: [path = ''], json, terminal, signal }) {
    if (json && options.manifest) throw new UsageError('--manifest prints bytes: it does not go with --json')
    const found = await digestDataset(path, readDataOptions(options, { signal, terminal }))
    terminal.clearProgress()
    if (options.manifest) {
      if (found.kind === 'file') throw new UsageError(`${path} is one file: only a directory has a manifest`)
      terminal.data(renderManifest(found.files))
    } else if (json)
      terminal.json({ schema: SCHEMA.digest, name: datasetName(path), ...found, bytes: String(found.bytes) })
    else terminal.print(`${found.sha256}  ${path}`)
    const { files, bytes, leftOut } = found
    terminal.say(`${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}, ${leftOut} left out`)
    return 'ok'
  },
})
