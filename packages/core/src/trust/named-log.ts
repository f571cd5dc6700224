import { encodeHex } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import type { PublicKey } from '../key/public-key.ts'
import { NOTE_SIGNATURE, noteKeyHash } from '../log/note-key.ts'
import { ALWAYS, type TrustedLog, type ValidFor } from './trust.ts'
import { parseVerifierKey } from './verifier-key.ts'

export interface NamedLog {
  readonly key: PublicKey
  /** The first line of its checkpoints. Without it, the log is one that names itself by its key alone: Rekor v1. */
  readonly origin?: string | undefined
  /** For people. Default: the origin, or the id. */
  readonly name?: string | undefined
  /** When its key is trusted, both included. Default: always. */
  readonly validFor?: ValidFor | undefined
}

/**
 * A transparency log by its key, as a trusted root states the same one: its id is H(SPKI), and for Ed25519, which Rekor v1
 * does not have, a hash over origin and key.
 *
 * Refuses with `trust-invalid` an Ed25519 key without an origin, and an RSA key with one: no entry of such a log is read.
 *
 * @see c2sp.org/signed-note, Signature types
 */
export function nameLog({ key, origin, name, validFor = ALWAYS }: NamedLog): TrustedLog {
  if (key.algorithm === 'ed25519' && origin === undefined)
    throw refuse('one that signs with Ed25519 goes by its origin and its key: what is its origin?')
  if (key.algorithm.startsWith('rsa') && origin !== undefined)
    throw refuse('one that goes by its origin signs with Ed25519 or ECDSA, and this is an RSA key')
  const id = encodeHex(noteKeyHash(key, origin ?? '', NOTE_SIGNATURE.ed25519))
  return { name: name ?? origin ?? id, id, ...(origin === undefined ? {} : { origin }), key, validFor }
}

/**
 * Reads a transparency log from its verifier key: of Ed25519 (0x01), or of ECDSA (0x02) on P-256. Refuses every other
 * with `trust-invalid`.
 *
 * @see c2sp.org/signed-note, Verifier keys
 */
export function parseLog(vkey: string, named: Pick<NamedLog, 'name' | 'validFor'> = {}): TrustedLog {
  const { name: origin, key } = parseVerifierKey(vkey, [NOTE_SIGNATURE.ed25519, NOTE_SIGNATURE.ecdsa])
  return nameLog({ ...named, key, origin })
}

const refuse = (reason: string) => new MakotoError('trust-invalid', `log: ${reason}`)
