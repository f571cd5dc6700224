import { MakotoError } from '../errors.ts'
import type { KeyProvider, OpenSignerOptions } from './key-provider.ts'
import { parseServiceAddress } from './service-address.ts'
import type { Signer } from './signer.ts'

/** A provider is loaded when a key of its scheme is opened, and only then what it needs. */
const PROVIDERS: ReadonlyMap<string, () => Promise<KeyProvider>> = new Map([
  ['file', async () => (await import('./file-signer.ts')).openFileSigner],
  ['pkcs11', async () => (await import('./pkcs11-signer.ts')).openPkcs11Signer],
  ['hashivault', async () => (await import('./vault-signer.ts')).openVaultSigner],
  ['awskms', async () => (await import('./aws-kms-signer.ts')).openAwsKmsSigner],
  ['gcpkms', async () => (await import('./gcp-kms-signer.ts')).openGcpKmsSigner],
  ['azurekms', async () => (await import('./azure-kms-signer.ts')).openAzureKmsSigner],
  ['sigstore', async () => (await import('./sigstore-signer.ts')).openSigstoreSigner],
])

/**
 * Opens a key URI for signing: `file:/path` or a plain path, `pkcs11:`, `hashivault://`, `awskms://`
 * (or `kms://aws/`), `gcpkms://`, `azurekms://`, and `sigstore:` for signing without a key of one's own.
 * `key-unsupported` names any other scheme, `provider-missing` the package that a scheme needs.
 *
 * @see FORMATS §6 Key URIs
 */
export async function openSigner(keyUri: string, options: OpenSignerOptions = {}): Promise<Signer> {
  const uri = keyUri.replace(/^kms:\/\/aws\//i, 'awskms:///')
  const scheme = schemeOfKeyUri(uri)
  const load = PROVIDERS.get(scheme)
  if (load === undefined)
    throw new MakotoError('key-unsupported', `there is no key provider for ${scheme}:`, {
      hint: `There are: ${[...PROVIDERS.keys()].join(', ')}`,
    })
  if (options.endpoint !== undefined) parseServiceAddress(options.endpoint)
  const open = await load()
  return open(uri, options)
}

/** A path without a scheme is a file. One letter is a drive, not a scheme. */
export function schemeOfKeyUri(keyUri: string): string {
  return /^([a-z][a-z0-9+.-]+):/i.exec(keyUri)?.[1]?.toLowerCase() ?? 'file'
}
