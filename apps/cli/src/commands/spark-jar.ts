import { fileURLToPath } from 'node:url'
import { jarFor } from '@makoto/spark'
import { defineCommand } from '../command.ts'
import { SCHEMA } from '../schemas.ts'

export const sparkJar = defineCommand({
  name: 'spark jar',
  summary: "Print where the agent's JAR for a Spark version is; nothing is downloaded.",
  operands: [],
  options: {
    spark: { value: 'VERSION', required: true, text: 'such as 3.5 or 3.5.9' },
    scala: { value: 'VERSION', text: 'Scala of that Spark (default: what Apache ships)' },
  },
  examples: [
    { text: 'copy the JAR to a machine of a cluster', line: 'cp "$(makoto spark jar --spark 3.5)" /opt/makoto/' },
    { text: 'for Spark 4', line: 'makoto spark jar --spark 4.1' },
  ],
  async run({ options: { spark, scala }, json, terminal }) {
    const url = jarFor({ spark, ...(scala === undefined ? {} : { scala }) })
    const path = fileURLToPath(url)
    if (json) terminal.json({ schema: SCHEMA.sparkJar, path, url: url.href })
    else terminal.data(`${path}\n`)
    return 'ok'
  },
})
