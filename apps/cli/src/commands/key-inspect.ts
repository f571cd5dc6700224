import { parsePublicKey, type Signer, schemeOfKeyUri } from '@makoto/core'
import { defineCommand, type Values } from '../command.ts'
import { KEY_OPTIONS, openKey } from '../key-options.ts'
import { readNamedText } from '../read-file.ts'
import { SCHEMA } from '../schemas.ts'
import type { Terminal } from '../terminal.ts'

interface Description {
  readonly part: 'public' | 'private'
  readonly algorithm: string
  readonly id: string
  readonly hint: string
  readonly encrypted?: boolean
  /** Where the private half lies, if not in a file. */
  readonly provider?: string
}

export const keyInspect = defineCommand({
  name: 'key inspect',
  summary: 'Show type and identity of a public or private key.',
  operands: [{ name: 'KEY', text: 'a PEM file or a key URI' }],
  options: KEY_OPTIONS,
  examples: [
    { text: 'which key is this', line: 'makoto key inspect spark.pub' },
    { text: 'do the two belong together', line: 'makoto key inspect spark.key --password-file password' },
    { text: 'can this machine sign with that one', line: 'makoto key inspect awskms:///alias/lake' },
  ],
  async run({ options, operands: [path = ''], json, terminal }) {
    const key = await describeKey(path, options, terminal)
    if (json) terminal.json({ schema: SCHEMA.key, path, ...key })
    else {
      terminal.print(`${key.id}`)
      terminal.print(`type       ${key.algorithm}, ${key.part} key${whereIs(key)}`)
      terminal.print(`hint       ${key.hint}`)
    }
    return 'ok'
  },
})

const whereIs = ({ encrypted, provider }: Description) => (encrypted ? ', encrypted' : provider ? `, ${provider}` : '')

async function describeKey(key: string, options: Values<typeof KEY_OPTIONS>, terminal: Terminal): Promise<Description> {
  const provider = schemeOfKeyUri(key)
  if (provider !== 'file') return { ...describeSigner(await openKey(key, options, terminal)), provider }
  const pem = await readNamedText(key.replace(/^file:(?:\/\/(?:localhost)?)?(?=\/)/i, ''), 'key')
  if (!pem.includes('PRIVATE KEY-----')) {
    const { algorithm, id, hint } = parsePublicKey(pem)
    return { part: 'public', algorithm, id, hint }
  }
  return { ...describeSigner(await openKey(key, options, terminal)), encrypted: pem.includes('BEGIN ENCRYPTED') }
}

const describeSigner = ({ algorithm, id, hint }: Signer) => ({ part: 'private' as const, algorithm, id, hint })
