import { writeStoreIndex } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { openExistingStore } from '../open-existing-store.ts'
import { formatBytes } from '../progress.ts'
import { SCHEMA } from '../schemas.ts'

export const storeIndex = defineCommand({
  name: 'store index',
  summary: 'Write index.jsonl into a store, so that it can be read where a web server publishes it.',
  operands: [],
  options: { store: { value: 'URI', required: true, text: 'the directory of the store' } },
  examples: [{ text: 'before it is published', line: 'makoto store index --store /lake/_makoto' }],
  async run({ options: { store }, json, terminal }) {
    await openExistingStore(store)
    const { objects, bytes } = await writeStoreIndex(store)
    if (json) terminal.json({ schema: SCHEMA.storeIndex, objects, bytes })
    else terminal.print({ text: 'indexed', style: 'good' }, `  ${objects} objects, ${formatBytes(bytes)}`)
    terminal.say('next: publish the directory; write the index again whenever something was added')
    return 'ok'
  },
})
