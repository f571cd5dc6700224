import { hash as hashBytes } from 'node:crypto'
import { MakotoError } from '../errors.ts'
import { keepWords } from './key-provider.ts'
import { readPublicKey } from './public-key.ts'
import type { Signer } from './signer.ts'
import { verifySignature } from './verify-signature.ts'

/** A digest to be signed with ECDSA: the bytes themselves may be too many to send. */
export type DigestRequest =
  | { readonly algorithm: 'ecdsa-p256'; readonly hash: 'sha256'; readonly digest: Uint8Array }
  | { readonly algorithm: 'ecdsa-p384'; readonly hash: 'sha384'; readonly digest: Uint8Array }

/** A private key that never comes into this process. */
export interface RemoteKey {
  /** For messages: the service and the key's name there. Never a credential. */
  readonly name: string
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** The signature in DER. */
  readonly signDigest: (request: DigestRequest) => Promise<Uint8Array>
  /** Ed25519, which takes the bytes themselves; absent where the service takes only a few of them. */
  readonly signBytes?: (bytes: Uint8Array) => Promise<Uint8Array>
}

/**
 * A signer over a key elsewhere. Every signature that comes back is verified under the key's own public
 * half before anybody sees it: another version of the key, or a damaged reply, ends as `signing-failed`
 * and not as a bundle that nobody can verify.
 */
export function signerOfRemoteKey(remote: RemoteKey): Signer {
  const key = readPublicKey(remote.spki)
  const { algorithm, ask } = chooseAlgorithm(key.algorithm, remote)
  return {
    algorithm,
    spki: key.spki,
    hint: key.hint,
    id: key.id,
    async sign(bytes) {
      const signature = await askForSignature(remote.name, () => ask(bytes))
      if (verifySignature(key, bytes, signature)) return signature
      throw new MakotoError(
        'signing-failed',
        `${remote.name} gave a signature that its own public key does not verify`,
        {
          hint: 'Was the key replaced or rotated? Open it again.',
        },
      )
    },
  }
}

type Choice = Pick<Signer, 'algorithm'> & { readonly ask: (bytes: Uint8Array) => Promise<Uint8Array> }

function chooseAlgorithm(algorithm: string, { name, signBytes, signDigest }: RemoteKey): Choice {
  const digestOf = (hash: string, bytes: Uint8Array) => new Uint8Array(hashBytes(hash, bytes, 'buffer'))
  if (algorithm === 'ecdsa-p256')
    return { algorithm, ask: (bytes) => signDigest({ algorithm, hash: 'sha256', digest: digestOf('sha256', bytes) }) }
  if (algorithm === 'ecdsa-p384')
    return { algorithm, ask: (bytes) => signDigest({ algorithm, hash: 'sha384', digest: digestOf('sha384', bytes) }) }
  if (algorithm === 'ed25519' && signBytes !== undefined) return { algorithm, ask: signBytes }
  throw new MakotoError('key-unsupported', `${name} is of type ${algorithm}, which cannot sign statements there`, {
    hint: 'Use a key for ECDSA on P-256: every service has it. RSA is for verifying only.',
  })
}

async function askForSignature(name: string, ask: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof MakotoError && cause.code === 'signing-failed') throw cause
    const words = keepWords(cause)
    throw new MakotoError('signing-failed', `${name} gave no signature: ${words.message}`, { cause: words })
  }
}
