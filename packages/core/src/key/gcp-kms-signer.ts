import { MakotoError } from '../errors.ts'
import { askKeyService, invalidKeyUri, loadPackage, type OpenSignerOptions } from './key-provider.ts'
import { parseSinglePem } from './pem.ts'
import { signerOfRemoteKey } from './remote-signer.ts'
import type { Signer } from './signer.ts'

const FORM = 'gcpkms://projects/PROJECT/locations/PLACE/keyRings/RING/cryptoKeys/KEY, and /versions/N for one version'
const REFERENCE =
  /^gcpkms:\/\/(?<key>projects\/[^/?#]+\/locations\/[^/?#]+\/keyRings\/[^/?#]+\/cryptoKeys\/[^/?#]+)(?:\/(?:versions|cryptoKeyVersions)\/(?<version>\d+))?$/

/**
 * `gcpkms://projects/…`, as cosign writes it. Without a version, the newest that is enabled is pinned when
 * the key is opened. Asked over HTTPS with JSON: gRPC brings nothing to one call a signature. No Ed25519:
 * Google takes 64 KiB at most for it.
 */
export async function openGcpKmsSigner(keyUri: string, { endpoint }: OpenSignerOptions): Promise<Signer> {
  const { key, version } = REFERENCE.exec(keyUri)?.groups ?? {}
  if (key === undefined) throw invalidKeyUri(`not a key of Google Cloud KMS: ${keyUri}`, FORM)
  const { KeyManagementServiceClient } = await loadPackage('@google-cloud/kms', () => import('@google-cloud/kms'))
  const name = `the key ${key} of Google Cloud KMS`
  const client = await askKeyService(
    name,
    async () => new KeyManagementServiceClient({ fallback: true, ...addressOf(endpoint) }),
  )
  const versionName = await askKeyService(name, async () => {
    if (version !== undefined) return `${key}/cryptoKeyVersions/${version}`
    const [versions] = await client.listCryptoKeyVersions({ parent: key, filter: 'state=ENABLED' })
    return newestOf(versions, name)
  })
  const [{ pem }] = await askKeyService(name, () => client.getPublicKey({ name: versionName }))
  const block = parseSinglePem(pem ?? '')
  if (block?.label !== 'PUBLIC KEY') throw new MakotoError('key-unsupported', `${name} has no public key in PEM`)
  return signerOfRemoteKey({
    name,
    spki: block.bytes,
    async signDigest({ hash, digest }) {
      const [{ signature }] = await client.asymmetricSign({ name: versionName, digest: { [hash]: digest } })
      if (!(signature instanceof Uint8Array)) throw new MakotoError('signing-failed', `${name} gave no signature`)
      return new Uint8Array(signature)
    },
  })
}

/** Versions are numbers and are compared as such: 10 comes after 9. */
function newestOf(versions: readonly { name?: string | null }[], name: string): string {
  const [newest] = versions
    .flatMap(({ name: versionName }) => versionName ?? [])
    .sort((a, b) => numberOf(b) - numberOf(a))
  if (newest === undefined) throw new MakotoError('key-unavailable', `${name} has no version that is enabled`)
  return newest
}

const numberOf = (versionName: string) => Number(versionName.slice(versionName.lastIndexOf('/') + 1))

function addressOf(endpoint: string | URL | undefined) {
  if (endpoint === undefined) return {}
  const { hostname, port, protocol } = new URL(endpoint)
  return { apiEndpoint: hostname, port: Number(port) || 443, protocol: protocol.slice(0, -1) }
}
