import { randomBytes } from 'node:crypto'
import { type LoopbackReply, type LoopbackRequest, Refusal, serveLoopback } from '../loopback.ts'
import { makeServiceKey, type ServiceKey, type ServiceKeyType } from './service-key.ts'

export interface VaultOptions {
  readonly type?: ServiceKeyType
  /** Default: transit. */
  readonly mount?: string
  readonly namespace?: string
  /** Where it is below its host, as a gateway may have it; default at the root. */
  readonly path?: string
}

export interface TestVault {
  readonly url: string
  readonly token: string
  readonly keyName: string
  /** The newest version's. */
  readonly publicPem: () => string
  /** Adds a version, as `vault write -f transit/keys/KEY/rotate` does. */
  readonly rotate: () => void
  /** Signs with another key than the one that it shows. */
  readonly betray: () => void
  readonly close: () => Promise<void>
}

/** Vault's transit engine with one key: refuses every request that the real one would refuse. */
export async function startVault({
  type = 'ecdsa-p256',
  mount = 'transit',
  namespace,
  path = '',
}: VaultOptions = {}): Promise<TestVault> {
  const token = `hvs.${randomBytes(24).toString('base64url')}`
  const keyName = 'makoto-test'
  const versions = [makeServiceKey(type)]
  let traitor: ServiceKey | undefined
  const answer = ({ method, target, headers, body }: LoopbackRequest): LoopbackReply => {
    if (headers['x-vault-token'] !== token || headers['x-vault-namespace'] !== namespace)
      throw refuse(403, 'permission denied')
    if (method === 'GET' && target === `${path}/v1/${mount}/keys/${keyName}`)
      return { body: { data: describeKey(type, versions) } }
    if (method !== 'POST' || target !== `${path}/v1/${mount}/sign/${keyName}`) throw refuse(404)
    const request: SignRequest = JSON.parse(body.toString())
    const version = request.key_version ?? versions.length
    const key = traitor ?? versions[version - 1]
    if (key === undefined) throw refuse(400, 'requested version for signing is not available')
    return {
      body: {
        data: { signature: `vault:v${version}:${signRequest(key, request).toString('base64')}`, key_version: version },
      },
    }
  }
  const { url, close } = await serveLoopback(answer)
  return {
    url,
    token,
    keyName,
    publicPem: () => versions.at(-1)?.publicPem ?? '',
    rotate: () => void versions.push(makeServiceKey(type)),
    betray: () => {
      traitor = makeServiceKey(type)
    },
    close,
  }
}

interface SignRequest {
  readonly input?: string
  readonly prehashed?: boolean
  readonly hash_algorithm?: string
  readonly marshaling_algorithm?: string
  readonly key_version?: number
}

const HASHES: Readonly<Record<string, number>> = { 'sha2-256': 32, 'sha2-384': 48, 'sha2-512': 64 }

function signRequest(
  key: ServiceKey,
  { input, prehashed, hash_algorithm = 'sha2-256', marshaling_algorithm = 'asn1' }: SignRequest,
): Buffer {
  if (typeof input !== 'string') throw refuse(400, 'missing input')
  const bytes = Buffer.from(input, 'base64')
  if (key.type === 'ed25519') {
    if (prehashed) throw refuse(400, 'prehashed input is not supported for this key type')
    return key.signBytes(bytes)
  }
  if (!prehashed || bytes.length !== HASHES[hash_algorithm]) throw refuse(400, 'the double takes digests alone')
  return marshaling_algorithm === 'asn1' ? key.signDigestDer(bytes) : key.signDigest(bytes)
}

function describeKey(type: ServiceKeyType, versions: readonly ServiceKey[]) {
  const creation_time = new Date().toISOString()
  return {
    name: 'makoto-test',
    type: type === 'rsa' ? 'rsa-2048' : type,
    latest_version: versions.length,
    min_decryption_version: 1,
    min_encryption_version: 0,
    supports_signing: true,
    exportable: false,
    keys: Object.fromEntries(
      versions.map(({ publicPem, spki }, at) => [
        String(at + 1),
        {
          creation_time,
          name: type,
          public_key: type === 'ed25519' ? spki.subarray(-32).toString('base64') : publicPem,
        },
      ]),
    ),
  }
}

const refuse = (status: number, ...errors: string[]) => new Refusal({ status, body: { errors } })
