/**
 * The encrypted private key of cosign 3: scrypt over the password, XSalsa20-Poly1305 (nacl secretbox)
 * over the PKCS#8 DER, as JSON in a PEM block. @see FORMATS §6
 */
import { randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import * as z from 'zod'
import { decodeBase64, encodeBase64, encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { formatPem } from './pem.ts'

export const ENCRYPTED_KEY_LABELS: readonly string[] = [
  'ENCRYPTED SIGSTORE PRIVATE KEY',
  'ENCRYPTED COSIGN PRIVATE KEY',
]

/** What cosign writes, and the only parameters beside its older N = 32768 that it reads. */
const SCRYPT = { N: 65536, r: 8, p: 1 } as const

/** 128·N·r bytes: a key file must not be able to ask for more memory or time than this. */
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024
const MAX_SCRYPT_PARALLELISM = 4

const scryptParametersSchema = z
  .looseObject({
    N: z
      .int()
      .min(2)
      .refine((n) => (n & (n - 1)) === 0, 'must be a power of two'),
    r: z.int().min(1).max(64),
    p: z.int().min(1).max(MAX_SCRYPT_PARALLELISM),
  })
  .refine(({ N, r }) => 128 * N * r <= MAX_SCRYPT_MEMORY, 'asks for too much memory')

/** 24 bytes: without padding, for 23 have as many digits. */
const nonceSchema = z.base64().regex(/^[^=]{32}$/)

const encryptedKeySchema = z.looseObject({
  kdf: z.looseObject({ name: z.literal('scrypt'), params: scryptParametersSchema, salt: z.base64().min(1).max(1024) }),
  cipher: z.looseObject({ name: z.literal('nacl/secretbox'), nonce: nonceSchema }),
  ciphertext: z.base64().min(1),
})

const derive = promisify<Uint8Array, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
)

/** Encrypts a PKCS#8 DER key under a password, as cosign reads it. */
export async function encryptKey(pkcs8: Uint8Array, password: string | Uint8Array): Promise<string> {
  const salt = randomBytes(32)
  const nonce = randomBytes(24)
  const key = await deriveKey(password, salt, SCRYPT)
  const sealed = xsalsa20poly1305(key, nonce).encrypt(pkcs8)
  key.fill(0)
  const document = {
    kdf: { name: 'scrypt', params: SCRYPT, salt: encodeBase64(salt) },
    cipher: { name: 'nacl/secretbox', nonce: encodeBase64(nonce) },
    ciphertext: encodeBase64(sealed),
  }
  return formatPem('ENCRYPTED SIGSTORE PRIVATE KEY', encodeUtf8(JSON.stringify(document)))
}

/** The PKCS#8 DER inside; `password-wrong` where the password does not open it. */
export async function decryptKey(json: Uint8Array, password: string | Uint8Array): Promise<Uint8Array> {
  const { kdf, cipher, ciphertext } = readDocument(json)
  const key = await deriveKey(password, decodeBase64(kdf.salt), kdf.params)
  const box = xsalsa20poly1305(key, decodeBase64(cipher.nonce))
  const sealed = decodeBase64(ciphertext)
  try {
    return box.decrypt(sealed)
  } catch {
    throw new MakotoError('password-wrong', 'the password does not open this key')
  } finally {
    key.fill(0)
  }
}

/** Causes are left out: they could repeat a part of the file. */
function readDocument(json: Uint8Array): z.infer<typeof encryptedKeySchema> {
  try {
    return encryptedKeySchema.parse(parseJson(json, { maxBytes: 65_536, maxDepth: 8 }))
  } catch {
    throw new MakotoError('key-invalid', 'the encrypted key is malformed')
  }
}

async function deriveKey(
  password: string | Uint8Array,
  salt: Uint8Array,
  { N, r, p }: { N: number; r: number; p: number },
): Promise<Uint8Array> {
  const secret = typeof password === 'string' ? encodeUtf8(password) : Uint8Array.from(password)
  try {
    return await derive(secret, salt, 32, { N, r, p, maxmem: 2 * MAX_SCRYPT_MEMORY })
  } finally {
    secret.fill(0)
  }
}
