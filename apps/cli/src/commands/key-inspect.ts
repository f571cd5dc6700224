import { openSigner, parsePublicKey } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { readNamedText } from '../read-file.ts'
import { SCHEMA } from '../schemas.ts'
import type { Terminal } from '../terminal.ts'

type Description = { part: 'public' | 'private'; algorithm: string; id: string; hint: string; encrypted?: boolean }

export const keyInspect = defineCommand({
  name: 'key inspect',
  summary: 'Show type and identity of a public or private key.',
  operands: [{ name: 'FILE', text: 'a PEM file' }],
  options: { 'password-file': { value: 'FILE', text: 'holds the password of an encrypted private key' } },
  examples: [
    { text: 'which key is this', line: 'makoto key inspect spark.pub' },
    { text: 'do the two belong together', line: 'makoto key inspect spark.key --password-file password' },
  ],
  async run({ options, operands: [path = ''], json, terminal }) {
    const key = await describeKey(path, options['password-file'], terminal)
    if (json) terminal.json({ schema: SCHEMA.key, path, ...key })
    else {
      terminal.print(`${key.id}`)
      terminal.print(`type       ${key.algorithm}, ${key.part} key${key.encrypted ? ', encrypted' : ''}`)
      terminal.print(`hint       ${key.hint}`)
    }
    return 'ok'
  },
})

async function describeKey(path: string, passwordFile: string | undefined, terminal: Terminal): Promise<Description> {
  const pem = await readNamedText(path, 'key')
  if (!pem.includes('PRIVATE KEY-----')) {
    const { algorithm, id, hint } = parsePublicKey(pem)
    return { part: 'public', algorithm, id, hint }
  }
  const { algorithm, id, hint } = await openSigner(path, {
    ...(passwordFile === undefined ? {} : { password: { file: passwordFile } }),
    onWarning: (warning) => terminal.say(warning),
  })
  return { part: 'private', algorithm, id, hint, encrypted: pem.includes('BEGIN ENCRYPTED') }
}
