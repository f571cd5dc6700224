import { decodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { NOTE_SIGNATURE } from '../log/note-key.ts'
import type { Witness } from './trust.ts'
import { formatVerifierKey, parseVerifierKey } from './verifier-key.ts'

const MAX_BYTES = 65_536

/**
 * Reads a witness from its verifier key, as witnesses publish it. Refuses with `trust-invalid` another type than that
 * of cosignatures (0x04).
 *
 * @see c2sp.org/signed-note, Verifier keys; c2sp.org/tlog-cosignature
 */
export function parseWitness(vkey: string): Witness {
  const { name, key } = parseVerifierKey(vkey, [NOTE_SIGNATURE.cosignature])
  return { name, key }
}

/** The same from a file: one verifier key a line. */
export function parseWitnesses(source: string | Uint8Array): Witness[] {
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text.length > MAX_BYTES) throw new MakotoError('trust-invalid', 'witness: more verifier keys than anybody reads')
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').map(parseWitness)
}

/** A witness as its verifier key. */
export const formatWitness = ({ name, key }: Witness): string =>
  formatVerifierKey({ name, key, type: NOTE_SIGNATURE.cosignature })
