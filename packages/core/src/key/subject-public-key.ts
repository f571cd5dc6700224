import { encodeHex } from '../encoding.ts'
import {
  contentsOf,
  DerFields,
  type DerNode,
  malformed,
  readDer,
  readInteger,
  readOid,
  TAG,
} from '../time/der-reader.ts'

export type KeyKind = 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'ed25519' | 'rsa' | 'other'

export interface SubjectPublicKey {
  readonly kind: KeyKind
  readonly name: string
  /** The uncompressed point, Ed25519's 32 bytes, or RSA's modulus; empty for a kind that we do not take. */
  readonly key: Uint8Array
  readonly modulusLength?: number
  readonly publicExponent?: bigint
}

const ALGORITHM = { ec: '2a8648ce3d0201', ed25519: '2b6570', rsa: '2a864886f70d010101' } as const

/** Named curves (RFC 5480 §2.1.1.1) with the length of an uncompressed point. */
const CURVES: Readonly<Record<string, { kind: KeyKind; bytes: number }>> = {
  '2a8648ce3d030107': { kind: 'ecdsa-p256', bytes: 65 },
  '2b81040022': { kind: 'ecdsa-p384', bytes: 97 },
  '2b81040023': { kind: 'ecdsa-p521', bytes: 133 },
}

/** For the message that refuses them. */
const OTHERS: Readonly<Record<string, string>> = {
  '2b656e': 'x25519',
  '2b656f': 'x448',
  '2b6571': 'ed448',
  '2a864886f70d01010a': 'rsa-pss',
  '2a8648ce380401': 'dsa',
  '2b8104000a': 'secp256k1',
}

/** What OpenSSL takes too; beyond it one signature could keep a verifier busy. */
const MAX_MODULUS_BITS = 16_384
const MAX_EXPONENT_BYTES = 8

/**
 * Reads a SubjectPublicKeyInfo in the one DER form that its kind of key has; throws on every other, because a second
 * form would give the same key a second name. Whether a point lies on its curve is for the platform to say.
 *
 * @see RFC 5280 §4.1.2.7, RFC 5480 §2, RFC 8410 §4, RFC 3279 §2.3.1
 */
export function readSubjectPublicKey(spki: Uint8Array): SubjectPublicKey {
  const outer = new DerFields(readDer(spki, TAG.sequence))
  const algorithm = new DerFields(outer.take(TAG.sequence))
  const bits = contentsOf(outer.take(TAG.bitString))
  outer.end()
  if (bits[0] !== 0) throw malformed('a key that does not end on a byte')
  const key = bits.subarray(1)
  const id = readOid(algorithm.take(TAG.oid))
  const parameters = algorithm.more ? algorithm.any() : undefined
  algorithm.end()
  if (id === ALGORITHM.ec) return readPoint(key, parameters)
  if (id === ALGORITHM.rsa) return readRsaKey(key, parameters)
  if (id !== ALGORITHM.ed25519) return other(OTHERS[id] ?? `with the algorithm ${id}`)
  if (parameters !== undefined || key.length !== 32) throw malformed('an Ed25519 key of another form')
  return { kind: 'ed25519', name: 'ed25519', key }
}

/** A curve that is spelled out could be any curve: only names are taken. */
function readPoint(key: Uint8Array, parameters: DerNode | undefined): SubjectPublicKey {
  if (parameters?.tag !== TAG.oid) return other('ec on a curve without a name')
  const id = readOid(parameters)
  const curve = CURVES[id]
  if (curve === undefined) return other(`ec ${OTHERS[id] ?? `on the curve ${id}`}`)
  if (key.length !== curve.bytes || key[0] !== 0x04) throw malformed('a point that is not in its uncompressed form')
  return { kind: curve.kind, name: curve.kind, key }
}

function readRsaKey(bytes: Uint8Array, parameters: DerNode | undefined): SubjectPublicKey {
  if (parameters?.tag !== TAG.null || contentsOf(parameters).length > 0) throw malformed('an RSA key without its NULL')
  const fields = new DerFields(readDer(bytes, TAG.sequence))
  const key = readPositive(fields.take(TAG.integer))
  const exponent = readPositive(fields.take(TAG.integer))
  fields.end()
  const modulusLength = key.length * 8 - Math.clz32(key[0] ?? 0) + 24
  const name = `rsa ${modulusLength}`
  if (modulusLength > MAX_MODULUS_BITS || exponent.length > MAX_EXPONENT_BYTES) return other(name)
  return { kind: 'rsa', name, key, modulusLength, publicExponent: BigInt(`0x${encodeHex(exponent)}`) }
}

function readPositive(node: DerNode): Uint8Array {
  const value = readInteger(node)
  const [first = 0] = value
  if (first >= 0x80 || (first === 0 && value.length === 1)) throw malformed('an RSA number that is not positive')
  return first === 0 ? value.subarray(1) : value
}

const other = (name: string): SubjectPublicKey => ({ kind: 'other', name, key: new Uint8Array() })
