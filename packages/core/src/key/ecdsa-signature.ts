import { MakotoError } from '../errors.ts'
import { writeSequence, writeUnsigned } from '../time/der-writer.ts'

const COORDINATE_BYTES = { 'ecdsa-p256': 32, 'ecdsa-p384': 48 } as const

/** ECDSA-Sig-Value of r ‖ s in full width, as PKCS#11 and Azure give it. @see RFC 3279 §2.2.3 */
export function encodeEcdsaSignature(algorithm: keyof typeof COORDINATE_BYTES, raw: Uint8Array): Uint8Array {
  const width = COORDINATE_BYTES[algorithm]
  if (raw.length !== 2 * width)
    throw new MakotoError('signing-failed', `a signature of ${raw.length} bytes where ${2 * width} are expected`)
  return writeSequence(writeUnsigned(raw.subarray(0, width)), writeUnsigned(raw.subarray(width)))
}
