/** Bodies of Rekor v2: protobuf's JSON, everything binary in base64. */
import * as z from 'zod'
import type { SignatureHash } from '../key/public-key.ts'
import { type EntryClaims, type EntryDigest, entryDigest, readFields } from './entry-claims.ts'
import type { EntrySigner } from './signed-entity.ts'
import { decodeLogBase64, malformedLog } from './signed-note.ts'

const HASH = { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' } as const satisfies Record<
  string,
  SignatureHash
>

const hashOutputSchema = z.strictObject({ algorithm: z.enum(['SHA2_256', 'SHA2_384', 'SHA2_512']), digest: z.string() })
const rawBytesSchema = z.strictObject({ rawBytes: z.string() })

/** `keyDetails` is the logger's word; the algorithm is decided by the key that the caller trusts. */
const signatureSchema = z.strictObject({
  content: z.string(),
  verifier: z.strictObject({
    keyDetails: z.string(),
    publicKey: rawBytesSchema.optional(),
    x509Certificate: rawBytesSchema.optional(),
  }),
})

const hashedRekord002 = z.strictObject({
  hashedRekordV002: z.strictObject({ data: hashOutputSchema, signature: signatureSchema }),
})

/** An envelope is logged by the digest of its PAE (Rekor v2 specification, 6.1.4). */
export function readHashedRekord002(spec: unknown): EntryClaims {
  const { data, signature } = readFields(hashedRekord002, spec).hashedRekordV002
  return { ...readSignature(signature), digest: readDigest('signed', data) }
}

const dsse002 = z.strictObject({
  dsseV002: z.strictObject({ payloadHash: hashOutputSchema, signatures: z.array(signatureSchema).length(1) }),
})

/** Logs before rekor-tiles 2.0 took whole envelopes. */
export function readDsse002(spec: unknown): EntryClaims {
  const { payloadHash, signatures } = readFields(dsse002, spec).dsseV002
  const [signature] = signatures
  if (signature === undefined) throw malformedLog('a logged envelope without a signature')
  return { ...readSignature(signature), digest: readDigest('payload', payloadHash) }
}

function readSignature({ content, verifier }: z.infer<typeof signatureSchema>) {
  return { signature: { bytes: decodeLogBase64(content, 'logged signature') }, signer: readSigner(verifier) }
}

function readSigner({ publicKey, x509Certificate }: z.infer<typeof signatureSchema>['verifier']): EntrySigner {
  if (publicKey !== undefined && x509Certificate === undefined)
    return { spki: decodeLogBase64(publicKey.rawBytes, 'logged key') }
  if (x509Certificate !== undefined && publicKey === undefined)
    return { certificate: decodeLogBase64(x509Certificate.rawBytes, 'logged certificate') }
  throw malformedLog('a log entry without one key or certificate')
}

function readDigest(of: EntryDigest['of'], { algorithm, digest }: z.infer<typeof hashOutputSchema>): EntryDigest {
  return entryDigest(of, HASH[algorithm], decodeLogBase64(digest, 'logged digest'))
}
