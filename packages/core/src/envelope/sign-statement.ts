import { canonicalize } from '../canonical-json.ts'
import { encodeBase64 } from '../encoding.ts'
import type { Signer } from '../key/signer.ts'
import { BUNDLE_MEDIA_TYPE } from './bundle-schema.ts'
import { pae, STATEMENT_PAYLOAD_TYPE } from './pae.ts'

export interface SignOptions {
  /** Gets the raw signature stamped and returns the whole TimeStampResp, as `requestTimestamp` does. */
  readonly timestamp?: (signature: Uint8Array) => Promise<Uint8Array>
}

/**
 * Signs a serialised statement and returns the bundle's bytes: one signature, no `keyid` (cosign
 * refuses any but an OpenSSH fingerprint), the key named by the hash of its SPKI.
 *
 * Rejects as the signer or the timestamp authority does; nothing is signed twice.
 *
 * @see FORMATS §3, L2.P.1, L2.P.6
 */
export async function signStatement(
  statement: Uint8Array,
  signer: Signer,
  { timestamp }: SignOptions = {},
): Promise<Uint8Array> {
  const signature = await signer.sign(pae(STATEMENT_PAYLOAD_TYPE, statement))
  const token = await timestamp?.(signature)
  return canonicalize({
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: {
      publicKey: { hint: signer.hint },
      ...(token === undefined
        ? {}
        : { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: encodeBase64(token) }] } }),
    },
    dsseEnvelope: {
      payload: encodeBase64(statement),
      payloadType: STATEMENT_PAYLOAD_TYPE,
      signatures: [{ sig: encodeBase64(signature) }],
    },
  })
}
