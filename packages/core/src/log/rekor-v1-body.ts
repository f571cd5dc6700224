/** Bodies of Rekor v1: digests in hex, keys and certificates as base64 of PEM. */
import * as z from 'zod'
import { decodeHex, decodeUtf8 } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { parsePem } from '../key/pem.ts'
import { type EntryClaims, type EntryDigest, entryDigest, readFields } from './entry-claims.ts'
import type { EntrySigner } from './signed-entity.ts'
import { decodeLogBase64, malformedLog } from './signed-note.ts'

const sha256Schema = z.strictObject({ algorithm: z.literal('sha256'), value: z.string() })
const hashSchema = z.strictObject({ algorithm: z.enum(['sha256', 'sha384', 'sha512']), value: z.string() })

const hashedRekord001 = z.strictObject({
  data: z.strictObject({ hash: hashSchema }),
  signature: z.strictObject({ content: z.string(), publicKey: z.strictObject({ content: z.string() }) }),
})

export function readHashedRekord001(spec: unknown): EntryClaims {
  const { data, signature } = readFields(hashedRekord001, spec)
  return {
    signature: { bytes: decodeLogBase64(signature.content, 'logged signature') },
    digest: readDigest('signed', data.hash),
    signer: readSigner(signature.publicKey.content),
  }
}

const dsse001 = z.strictObject({
  envelopeHash: sha256Schema,
  payloadHash: sha256Schema,
  signatures: z.array(z.strictObject({ signature: z.string(), verifier: z.string() })).length(1),
})

/** The envelope's hash is over a serialisation that nobody keeps; payload and signature stand beside it. */
export function readDsse001(spec: unknown): EntryClaims {
  const { payloadHash, signatures } = readFields(dsse001, spec)
  const [signature] = signatures
  if (signature === undefined) throw malformedLog('a logged envelope without a signature')
  return {
    signature: { bytes: decodeLogBase64(signature.signature, 'logged signature') },
    digest: readDigest('payload', payloadHash),
    signer: readSigner(signature.verifier),
  }
}

const intoto001 = z.strictObject({
  content: z.strictObject({ hash: sha256Schema, payloadHash: sha256Schema }),
  publicKey: z.string(),
})

/** The oldest entries of this kind have no payload hash; they bind too little and are refused. */
export function readIntoto001(spec: unknown): EntryClaims {
  const { content, publicKey } = readFields(intoto001, spec)
  return {
    signature: { envelopeSha256: readDigest('payload', content.hash).value },
    digest: readDigest('payload', content.payloadHash),
    signer: readSigner(publicKey),
  }
}

const intoto002 = z.strictObject({
  content: z.strictObject({
    envelope: z.strictObject({
      payload: z.string().optional(),
      payloadType: z.string(),
      signatures: z
        .array(z.strictObject({ keyid: z.string().optional(), publicKey: z.string(), sig: z.string() }))
        .length(1),
    }),
    hash: sha256Schema,
    payloadHash: sha256Schema,
  }),
})

/** Signature and payload are base64 twice: the envelope's own, and the log's. */
export function readIntoto002(spec: unknown): EntryClaims {
  const { envelope, payloadHash } = readFields(intoto002, spec).content
  const [signature] = envelope.signatures
  if (signature === undefined) throw malformedLog('a logged envelope without a signature')
  return {
    signature: { bytes: decodeTwice(signature.sig, 'logged signature') },
    digest: readDigest('payload', payloadHash),
    signer: readSigner(signature.publicKey),
    payloadType: envelope.payloadType,
    ...(envelope.payload === undefined ? {} : { payload: decodeTwice(envelope.payload, 'logged payload') }),
  }
}

function decodeTwice(text: string, what: string): Uint8Array {
  return decodeLogBase64(decodeLogText(text, what), what)
}

function decodeLogText(text: string, what: string): string {
  try {
    return decodeUtf8(decodeLogBase64(text, what))
  } catch (cause) {
    if (!isMakotoError(cause)) throw cause
    throw new MakotoError('log-invalid', `the ${what} is not readable`, { cause })
  }
}

function readDigest(of: EntryDigest['of'], { algorithm, value }: z.infer<typeof hashSchema>): EntryDigest {
  try {
    return entryDigest(of, algorithm, decodeHex(value))
  } catch (cause) {
    if (!isMakotoError(cause)) throw cause
    throw new MakotoError('log-invalid', 'a logged digest is not lower-case hex of its length', { cause })
  }
}

/** Where a log keeps the chain, the signer's certificate is its first. */
function readSigner(pem: string): EntrySigner {
  const [first] = readPem(decodeLogText(pem, 'logged key or certificate'))
  if (first?.label === 'CERTIFICATE') return { certificate: first.bytes }
  if (first?.label === 'PUBLIC KEY') return { spki: first.bytes }
  throw malformedLog('a log entry without a key or certificate')
}

function readPem(text: string) {
  try {
    return parsePem(text, 'key-invalid')
  } catch (cause) {
    if (!isMakotoError(cause)) throw cause
    throw new MakotoError('log-invalid', 'a logged key or certificate that is not PEM', { cause })
  }
}
