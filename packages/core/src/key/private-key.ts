import { createPrivateKey, type KeyObject } from 'node:crypto'
import { MakotoError } from '../errors.ts'
import { decryptKey, ENCRYPTED_KEY_LABELS } from './encrypted-key.ts'
import { parseSinglePem } from './pem.ts'

/** Asked only when the key turns out to be encrypted. */
export type PasswordSource = () => Promise<string | Uint8Array | undefined>

/**
 * Reads a private key: PKCS#8 in clear, or cosign's encrypted form.
 *
 * Errors never repeat a byte of what was read. @see L2.PL.4
 */
export async function parsePrivateKey(pem: string, password: PasswordSource): Promise<KeyObject> {
  const block = parseSinglePem(pem)
  if (block?.label === 'PRIVATE KEY') return readPkcs8(block.bytes)
  if (block !== undefined && ENCRYPTED_KEY_LABELS.includes(block.label))
    return readPkcs8(await decryptKey(block.bytes, await requirePassword(password)))
  throw new MakotoError('key-unsupported', 'a PKCS#8 key or a key encrypted by cosign is expected', {
    hint: 'Convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem',
  })
}

/** Overwrites `der`: from here on the key is in OpenSSL's hands alone. */
function readPkcs8(der: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der.buffer, der.byteOffset, der.length), format: 'der', type: 'pkcs8' })
  } catch {
    throw new MakotoError('key-invalid', 'the private key is malformed')
  } finally {
    der.fill(0)
  }
}

async function requirePassword(password: PasswordSource): Promise<string | Uint8Array> {
  const given = await password()
  if (given !== undefined) return given
  throw new MakotoError('password-missing', 'the key is encrypted and no password was given', {
    hint: 'Give the password in a file or from a secret',
  })
}
