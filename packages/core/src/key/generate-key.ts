import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { encryptKey } from './encrypted-key.ts'
import { formatPem } from './pem.ts'
import { nameKey } from './public-key.ts'
import type { SigningAlgorithm } from './signer.ts'

export interface GenerateKeyOptions {
  /** Default `ecdsa-p256`: what cosign, KMSes and Java 8 all have. */
  readonly algorithm?: SigningAlgorithm
  /** Encrypts the private key as cosign does; without it the PKCS#8 is in clear. */
  readonly password?: string | Uint8Array
}

export interface GeneratedKey {
  readonly algorithm: SigningAlgorithm
  readonly privateKeyPem: string
  readonly publicKeyPem: string
  readonly hint: string
  readonly id: string
}

const makePair = promisify(generateKeyPair)

/** Makes a key pair for signing. */
export async function generateKey({
  algorithm = 'ecdsa-p256',
  password,
}: GenerateKeyOptions = {}): Promise<GeneratedKey> {
  const { privateKey, publicKey } = await makeKeyPair(algorithm)
  const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }))
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  const privateKeyPem = password === undefined ? formatPem('PRIVATE KEY', pkcs8) : await encryptKey(pkcs8, password)
  pkcs8.fill(0)
  return { algorithm, privateKeyPem, publicKeyPem: formatPem('PUBLIC KEY', spki), ...nameKey(spki) }
}

function makeKeyPair(algorithm: SigningAlgorithm): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  if (algorithm === 'ed25519') return makePair('ed25519')
  return makePair('ec', { namedCurve: algorithm === 'ecdsa-p256' ? 'P-256' : 'P-384' })
}
