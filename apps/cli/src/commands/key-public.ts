import { formatPem, parsePublicKey } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { KEY_OPTIONS, openKey } from '../key-options.ts'
import { SCHEMA } from '../schemas.ts'
import { UsageError } from '../usage-error.ts'

export const keyPublic = defineCommand({
  name: 'key public',
  summary: 'Print the public half of a key, in PEM: for whoever verifies.',
  operands: [],
  options: {
    key: { value: 'KEY', required: true, text: 'a private key file or a key URI' },
    ...KEY_OPTIONS,
  },
  examples: [
    { text: 'of a key in AWS', line: 'makoto key public --key awskms:///alias/lake > lake.pub' },
    {
      text: 'of a key in an HSM',
      line: "makoto key public --key 'pkcs11:token=prod;object=lake?module-path=/usr/lib/libhsm.so' --password-file pin",
    },
  ],
  async run({ options, json, terminal }) {
    const { spki, certificate } = await openKey(options.key, options, terminal)
    if (certificate !== undefined)
      throw new UsageError('a keyless signer has no key to publish', 'verify with --identity and --trusted-root')
    const pem = formatPem('PUBLIC KEY', spki)
    const { algorithm, id, hint } = parsePublicKey(pem)
    if (json) terminal.json({ schema: SCHEMA.key, part: 'public', algorithm, id, hint, pem })
    else {
      terminal.data(pem)
      terminal.say(`next: makoto verify DATASET --store URI --key FILE, with this in FILE: ${id}`)
    }
    return 'ok'
  },
})
