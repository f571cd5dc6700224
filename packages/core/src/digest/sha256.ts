import { sha256 } from '#platform'
import { encodeHex } from '../encoding.ts'

export { sha256 }

/** H(x) of FORMATS §0, in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return encodeHex(sha256(bytes))
}
