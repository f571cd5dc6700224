import { defineCommand } from '../command.ts'
import { examineMachine, type Finding } from '../examine-machine.ts'
import { SCHEMA } from '../schemas.ts'
import type { Style } from '../terminal.ts'

const STYLES: Record<Finding['status'], Style> = { ok: 'good', FAILED: 'bad', missing: 'dim' }

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check that this machine has what attesting needs.',
  operands: [],
  options: {
    key: { value: 'KEY', text: 'can this private key be opened' },
    'password-file': { value: 'FILE', text: 'holds the password of an encrypted key' },
    store: { value: 'URI', text: 'can this store be read and written' },
    'timestamp-url': { value: 'URL', text: 'does this timestamp authority answer; one request is sent' },
  },
  examples: [
    { text: 'what is installed', line: 'makoto doctor' },
    {
      text: 'before the first job',
      line: 'makoto doctor --key spark.key --store /lake/_makoto --timestamp-url https://tsa.example',
    },
  ],
  async run({ options, json, terminal, signal }) {
    const findings = await examineMachine({ ...options, signal })
    const failed = findings.filter(({ status }) => status === 'FAILED')
    if (json) terminal.json({ schema: SCHEMA.doctor, ok: failed.length === 0, findings })
    else {
      const width = Math.max(...findings.map(({ name }) => name.length))
      for (const { name, status, detail } of findings)
        terminal.print({ text: status.padEnd(7), style: STYLES[status] }, `  ${name.padEnd(width)}  ${detail}`)
    }
    terminal.say(
      failed.length === 0 ? 'Everything that was asked for works.' : `next: ${failed[0]?.hint ?? 'see above'}`,
    )
    return failed.length === 0 ? 'ok' : 'unexpected'
  },
})
