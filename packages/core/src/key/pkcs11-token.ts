import type * as Cryptoki from 'pkcs11js'
import { MakotoError } from '../errors.ts'
import type { Pkcs11Reference } from './pkcs11-uri.ts'

/** A private key in a token, and the public key beside it. */
export interface TokenKey {
  /** CKA_EC_PARAMS and CKA_EC_POINT. */
  readonly parameters: Uint8Array
  readonly point: Uint8Array
  /** ECDSA gives r ‖ s over a digest, EdDSA its signature over the bytes. */
  sign(mechanism: 'ecdsa' | 'eddsa', bytes: Uint8Array): Promise<Uint8Array>
}

const MECHANISM = { ecdsa: 0x1041, eddsa: 0x1057 } as const
const MAX_SIGNATURE_BYTES = 256
const MAX_MATCHES = 2

/** A library is initialised once in a process; it stays until the process ends. */
const loaded = new Map<string, Cryptoki.PKCS11>()

/** Logs in to the one token that the reference describes and finds its one key. */
export function openTokenKey(cryptoki: typeof Cryptoki, reference: Pkcs11Reference, pin: string): TokenKey {
  const library = loadLibrary(cryptoki, reference.modulePath)
  const session = library.C_OpenSession(findSlot(library, reference), cryptoki.CKF_SERIAL_SESSION)
  try {
    logIn(cryptoki, library, session, pin)
    const key = findKey(cryptoki, library, session, cryptoki.CKO_PRIVATE_KEY, reference)
    return { ...readPublicHalf(cryptoki, library, session, reference), sign: queueSigning(library, session, key) }
  } catch (cause) {
    library.C_CloseSession(session)
    throw cause
  }
}

/** A session has one operation at a time. */
function queueSigning(library: Cryptoki.PKCS11, session: Buffer, key: Buffer): TokenKey['sign'] {
  let last: Promise<unknown> = Promise.resolve()
  return (mechanism, bytes) => {
    const signed = last.then(async () => {
      library.C_SignInit(session, { mechanism: MECHANISM[mechanism] }, key)
      return new Uint8Array(await library.C_SignAsync(session, copyOf(bytes), Buffer.alloc(MAX_SIGNATURE_BYTES)))
    })
    last = signed.catch(() => undefined)
    return signed
  }
}

/** With a byte behind it: no bytes at all would be a null pointer, which libraries refuse. */
function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.alloc(bytes.length + 1)
  copy.set(bytes)
  return copy.subarray(0, bytes.length)
}

function readPublicHalf(
  cryptoki: typeof Cryptoki,
  library: Cryptoki.PKCS11,
  session: Buffer,
  reference: Pkcs11Reference,
): Pick<TokenKey, 'parameters' | 'point'> {
  const publicKey = findKey(cryptoki, library, session, cryptoki.CKO_PUBLIC_KEY, reference)
  const template = [{ type: cryptoki.CKA_EC_PARAMS }, { type: cryptoki.CKA_EC_POINT }]
  const [parameters, point] = library.C_GetAttributeValue(session, publicKey, template)
  return { parameters: bytesOf(parameters), point: bytesOf(point) }
}

function loadLibrary({ PKCS11 }: typeof Cryptoki, path: string): Cryptoki.PKCS11 {
  const known = loaded.get(path)
  if (known !== undefined) return known
  const library = new PKCS11()
  library.load(path)
  library.C_Initialize()
  loaded.set(path, library)
  return library
}

function findSlot(library: Cryptoki.PKCS11, { token, slotId }: Pkcs11Reference): Buffer {
  const slots = library.C_GetSlotList(true).filter((slot) => {
    if (slotId !== undefined && slot.readUInt32LE(0) !== slotId) return false
    const info: Readonly<Record<string, unknown>> = { ...library.C_GetTokenInfo(slot) }
    // Token information is padded with blanks to its width.
    return Object.entries(token).every(([field, value]) => String(info[field]).trimEnd() === value)
  })
  const [slot] = slots
  if (slot !== undefined && slots.length === 1) return slot
  throw new MakotoError('key-unavailable', slot ? 'several tokens match the URI' : 'no token matches the URI', {
    hint: 'Tell tokens apart by token, serial, manufacturer, model or slot-id.',
  })
}

function logIn(cryptoki: typeof Cryptoki, library: Cryptoki.PKCS11, session: Buffer, pin: string): void {
  try {
    library.C_Login(session, cryptoki.CKU_USER, pin)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === cryptoki.CKR_USER_ALREADY_LOGGED_IN) return
    if (code === cryptoki.CKR_PIN_INCORRECT || code === cryptoki.CKR_PIN_LEN_RANGE)
      throw new MakotoError('password-wrong', 'the token does not take this PIN')
    throw cause
  }
}

function findKey(
  { CKA_CLASS, CKA_ID, CKA_LABEL }: typeof Cryptoki,
  library: Cryptoki.PKCS11,
  session: Buffer,
  kind: number,
  { object, id }: Pkcs11Reference,
): Buffer {
  library.C_FindObjectsInit(session, [
    { type: CKA_CLASS, value: kind },
    ...(object === undefined ? [] : [{ type: CKA_LABEL, value: object }]),
    ...(id === undefined ? [] : [{ type: CKA_ID, value: Buffer.from(id) }]),
  ])
  const found = library.C_FindObjects(session, MAX_MATCHES)
  library.C_FindObjectsFinal(session)
  const [key] = found
  if (key !== undefined && found.length === 1) return key
  throw new MakotoError('key-unavailable', key ? 'several keys match the URI' : 'the token has no such key pair', {
    hint: 'Tell keys apart by object and id; public and private key have them in common.',
  })
}

function bytesOf(attribute: Cryptoki.Attribute | undefined): Uint8Array {
  if (attribute?.value instanceof Uint8Array) return new Uint8Array(attribute.value)
  throw new MakotoError('key-unsupported', 'the token does not tell the public key')
}
