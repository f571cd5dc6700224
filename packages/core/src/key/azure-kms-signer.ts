import { createPublicKey } from 'node:crypto'
import { MakotoError } from '../errors.ts'
import { encodeEcdsaSignature } from './ecdsa-signature.ts'
import { askKeyService, invalidKeyUri, loadPackage, type OpenSignerOptions } from './key-provider.ts'
import { signerOfRemoteKey } from './remote-signer.ts'
import { isLoopback } from './service-address.ts'
import type { Signer } from './signer.ts'

const FORM = 'azurekms://VAULT.vault.azure.net/KEY, and /VERSION for one version'
const REFERENCE = /^azurekms:\/\/(?<host>[^/?#@]+)\/(?<key>[0-9A-Za-z-]{1,127})(?:\/(?<version>[0-9a-f]{32}))?$/

const SIGNATURE_ALGORITHM = { 'ecdsa-p256': 'ES256', 'ecdsa-p384': 'ES384' } as const

/**
 * `azurekms://VAULT/KEY[/VERSION]`, as cosign writes it. Without a version, the current one is pinned when
 * the key is opened. Credentials are found by `@azure/identity` in its own way.
 */
export async function openAzureKmsSigner(keyUri: string, { endpoint }: OpenSignerOptions): Promise<Signer> {
  const { host, key, version } = REFERENCE.exec(keyUri)?.groups ?? {}
  if (host === undefined || key === undefined) throw invalidKeyUri(`not a key of Azure Key Vault: ${keyUri}`, FORM)
  const { CryptographyClient, KeyClient } = await loadPackage(
    '@azure/keyvault-keys',
    () => import('@azure/keyvault-keys'),
  )
  const { DefaultAzureCredential } = await loadPackage('@azure/identity', () => import('@azure/identity'))
  const vault = URL.parse(String(endpoint ?? `https://${host}`))
  if (vault === null) throw invalidKeyUri(`not the host of a vault: ${host}`, FORM)
  const name = `the key ${key} of ${vault.host}`
  // The constructors refuse settings of the environment by throwing.
  const { spki, client } = await askKeyService(name, async () => {
    const credential = new DefaultAzureCredential()
    // An emulator on this machine is not under the vendor's domain; any other host must be.
    const options = { disableChallengeResourceVerification: isLoopback(vault) }
    const keys = new KeyClient(vault.href, credential, options)
    const found = await keys.getKey(key, version === undefined ? {} : { version })
    if (found.id === undefined) throw new MakotoError('key-unsupported', `${name} has no identifier`)
    const client = new CryptographyClient(found.id, credential, options)
    return { spki: spkiOf(found.key ?? {}, name), client }
  })
  return signerOfRemoteKey({
    name,
    spki,
    async signDigest({ algorithm, digest }) {
      const { result } = await client.sign(SIGNATURE_ALGORITHM[algorithm], digest)
      return encodeEcdsaSignature(algorithm, result)
    },
  })
}

interface Coordinates {
  readonly kty?: string
  readonly crv?: string
  readonly x?: Uint8Array
  readonly y?: Uint8Array
}

function spkiOf({ kty, crv, x, y }: Coordinates, name: string): Uint8Array {
  if (!kty?.startsWith('EC') || (crv !== 'P-256' && crv !== 'P-384') || x === undefined || y === undefined)
    throw new MakotoError('key-unsupported', `${name} is of type ${kty ?? 'unknown'} ${crv ?? ''}`.trim(), {
      hint: 'Use an EC key on P-256 or P-384.',
    })
  const jwk = { kty: 'EC', crv, x: encodeBase64Url(x), y: encodeBase64Url(y) }
  return new Uint8Array(createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' }))
}

const encodeBase64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
