import { rm } from 'node:fs/promises'
import { type GeneratedKey, generateKey } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { readPasswordFile } from '../password.ts'
import { SCHEMA } from '../schemas.ts'
import { writeNewFile } from '../write-file.ts'

const ALGORITHMS = { p256: 'ecdsa-p256', ed25519: 'ed25519' } as const

export const keyGenerate = defineCommand({
  name: 'key generate',
  summary: 'Make a key pair: PREFIX.key for whoever signs, PREFIX.pub for whoever verifies.',
  operands: [],
  options: {
    out: { value: 'PREFIX', required: true, text: 'where to; a file that is there is never replaced' },
    type: { value: 'TYPE', choices: ['p256', 'ed25519'], text: 'default p256; Java before 15 has no ed25519' },
    'password-file': { value: 'FILE', text: 'encrypt the key, as cosign does, with the password in this file' },
  },
  examples: [
    { text: 'a key for a Spark cluster', line: 'makoto key generate --out spark' },
    {
      text: 'an encrypted one, which cosign opens too',
      line: 'makoto key generate --out spark --password-file password',
    },
  ],
  async run({ options, json, terminal }) {
    const password = await readPasswordFile(options['password-file'])
    const algorithm = ALGORITHMS[options.type ?? 'p256']
    const key = await generateKey({ algorithm, ...(password === undefined ? {} : { password }) })
    const paths = { privateKey: `${options.out}.key`, publicKey: `${options.out}.pub` }
    await writeKeyPair(key, paths)
    const encrypted = password !== undefined
    if (json) terminal.json({ schema: SCHEMA.key, ...paths, algorithm, encrypted, id: key.id, hint: key.hint })
    else {
      terminal.print(`${key.id}  ${paths.publicKey}`)
      terminal.say(
        `${paths.privateKey} holds the private key, ${encrypted ? 'encrypted' : 'not encrypted'}: keep it to yourself.`,
      )
      terminal.say(`next: give ${paths.publicKey} to whoever verifies, and sign with --key ${paths.privateKey}`)
    }
    return 'ok'
  },
})

/** Both or none: a private key alone would be in the way of the next attempt. */
async function writeKeyPair(key: GeneratedKey, paths: { privateKey: string; publicKey: string }): Promise<void> {
  await writeNewFile(paths.privateKey, key.privateKeyPem, 0o600)
  try {
    await writeNewFile(paths.publicKey, key.publicKeyPem, 0o644)
  } catch (error) {
    await rm(paths.privateKey, { force: true })
    throw error
  }
}
