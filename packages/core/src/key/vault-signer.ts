import * as z from 'zod'
import { concatBytes, decodeBase64, decodeHex, encodeBase64 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import { askKeyService, invalidKeyUri, type OpenSignerOptions } from './key-provider.ts'
import { parseSinglePem } from './pem.ts'
import { signerOfRemoteKey } from './remote-signer.ts'
import type { Signer } from './signer.ts'
import { openVaultTransit } from './vault-client.ts'

const FORM = 'hashivault://KEY; server and mount come from VAULT_ADDR and TRANSIT_SECRET_ENGINE_PATH'
const REFERENCE = /^hashivault:\/\/(?<key>\w(?:[\w.-]*\w)?)$/

const HASH_NAME = { sha256: 'sha2-256', sha384: 'sha2-384' } as const

/**
 * `hashivault://KEY`, as cosign writes it: a key of the transit engine of Vault or OpenBao. Its newest
 * version is pinned when it is opened.
 */
export async function openVaultSigner(keyUri: string, options: OpenSignerOptions): Promise<Signer> {
  const key = REFERENCE.exec(keyUri)?.groups?.key
  if (key === undefined) throw invalidKeyUri(`not a key of Vault: ${keyUri}`, FORM)
  const transit = await openVaultTransit(options)
  const name = `the key ${key} of the Vault at ${transit.host}`
  const described = await askKeyService(name, () => transit.ask('GET', `keys/${key}`))
  const { version, spki } = readNewestVersion(described, name)
  const sign = async (request: Readonly<Record<string, unknown>>): Promise<Uint8Array> => {
    const answer = await transit.ask('POST', `sign/${key}`, { ...request, key_version: version })
    return decodeSignature(signatureSchema.parse(answer).data.signature, version)
  }
  return signerOfRemoteKey({
    name,
    spki,
    signDigest: ({ hash, digest }) =>
      sign({
        input: encodeBase64(digest),
        prehashed: true,
        hash_algorithm: HASH_NAME[hash],
        marshaling_algorithm: 'asn1',
      }),
    signBytes: (bytes) => sign({ input: encodeBase64(bytes) }),
  })
}

const keySchema = z.looseObject({
  data: z.looseObject({
    type: z.string().max(64),
    latest_version: z.int().min(1),
    keys: z.record(z.string(), z.looseObject({ public_key: z.string().max(4096) })),
  }),
})

const signatureSchema = z.looseObject({ data: z.looseObject({ signature: z.string().max(4096) }) })

function readNewestVersion(answer: unknown, name: string): { version: number; spki: Uint8Array } {
  const parsed = keySchema.safeParse(answer)
  if (!parsed.success)
    throw new MakotoError('key-unsupported', `${name} is no key pair: ${describeIssues(parsed.error)}`, {
      hint: 'Make one: vault write -f transit/keys/NAME type=ecdsa-p256',
    })
  const { type, latest_version: version, keys } = parsed.data.data
  const publicKey = keys[version]?.public_key ?? ''
  const spki = type === 'ed25519' ? wrapEd25519(publicKey) : parseSinglePem(publicKey)?.bytes
  if (spki === undefined) throw new MakotoError('key-unsupported', `${name} is of type ${type}`)
  return { version, spki }
}

/** Vault gives an Ed25519 key as its 32 bytes. @see RFC 8410 §4 */
function wrapEd25519(publicKey: string): Uint8Array {
  return concatBytes(decodeHex('302a300506032b6570032100'), decodeBase64(publicKey))
}

function decodeSignature(text: string, version: number): Uint8Array {
  const prefix = `vault:v${version}:`
  if (!text.startsWith(prefix)) throw new MakotoError('signing-failed', 'another version of the key signed')
  return decodeBase64(text.slice(prefix.length))
}
