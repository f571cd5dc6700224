/** The one request that Rekor v2 takes, and the body that it makes of it: HashedRekordRequestV002. */

interface RawBytes {
  rawBytes: string
}

interface Verifier {
  keyDetails: string
  publicKey?: RawBytes
  x509Certificate?: RawBytes
}

export interface HashedRekordRequest {
  digest: string
  signature: { content: string; verifier: Verifier }
}

const ALGORITHM: Readonly<Record<string, { name: string; bytes: number }>> = {
  PKIX_ECDSA_P256_SHA_256: { name: 'SHA2_256', bytes: 32 },
  PKIX_ECDSA_P384_SHA_384: { name: 'SHA2_384', bytes: 48 },
}

/** Undefined for what the real server refuses: another request, a digest of another length, two verifiers. */
export function readHashedRekordRequest(body: Buffer): HashedRekordRequest | undefined {
  const { hashedRekordRequestV002: request }: { hashedRekordRequestV002?: HashedRekordRequest } = JSON.parse(
    body.toString(),
  )
  if (request === undefined) return undefined
  const { keyDetails, publicKey, x509Certificate } = request.signature.verifier
  const algorithm = ALGORITHM[keyDetails]
  const isWhole = request.signature.content !== '' && (publicKey === undefined) !== (x509Certificate === undefined)
  const hasLength = Buffer.from(request.digest, 'base64').length === algorithm?.bytes
  return isWhole && hasLength ? request : undefined
}

/** RFC 8785: the keys stand in their order. */
export function writeHashedRekordBody({ digest, signature }: HashedRekordRequest): Buffer {
  const { keyDetails, publicKey, x509Certificate } = signature.verifier
  const verifier = publicKey ? { keyDetails, publicKey } : { keyDetails, x509Certificate }
  const data = { algorithm: ALGORITHM[keyDetails]?.name, digest }
  const spec = { hashedRekordV002: { data, signature: { content: signature.content, verifier } } }
  return Buffer.from(JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }))
}
