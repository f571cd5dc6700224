import { canonicalize } from '../canonical-json.ts'
import { encodeBase64 } from '../encoding.ts'
import type { Signer } from '../key/signer.ts'
import type { LoggableSignature } from '../log/submit-entry.ts'
import { BUNDLE_MEDIA_TYPE, type LogEntry } from './bundle-schema.ts'
import { pae, STATEMENT_PAYLOAD_TYPE } from './pae.ts'

export interface SignOptions {
  /**
   * Gets the raw signature stamped and returns the whole TimeStampResp, as `requestTimestamp` does; undefined
   * leaves the bundle without one, and its level at L1.
   */
  readonly timestamp?: (signature: Uint8Array) => Promise<Uint8Array | undefined>
  /** Gets the signature into a transparency log and returns its entry, as `submitLogEntry` does. */
  readonly log?: (signed: LoggableSignature) => Promise<LogEntry>
}

/**
 * Signs a serialised statement and returns the bundle's bytes: one signature, no `keyid` (cosign
 * refuses any but an OpenSSH fingerprint), and the signer's certificate or the hash of its SPKI.
 *
 * Rejects as the signer, the timestamp authority or the log does; nothing is signed twice.
 *
 * @see FORMATS §3, L2.P.1, L2.P.4, L2.P.6
 */
export async function signStatement(
  statement: Uint8Array,
  signer: Signer,
  { timestamp, log }: SignOptions = {},
): Promise<Uint8Array> {
  const signature = await signer.sign(pae(STATEMENT_PAYLOAD_TYPE, statement))
  const token = await timestamp?.(signature)
  const entry = await log?.(describeSignature(statement, signature, signer))
  return canonicalize({
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: {
      ...nameSigner(signer),
      ...(entry === undefined ? {} : { tlogEntries: [entry] }),
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

function nameSigner({ hint, certificate }: Signer) {
  return certificate === undefined ? { publicKey: { hint } } : { certificate: { rawBytes: encodeBase64(certificate) } }
}

function describeSignature(payload: Uint8Array, signature: Uint8Array, signer: Signer): LoggableSignature {
  const { algorithm, spki, certificate } = signer
  const by = certificate === undefined ? { spki } : { certificate }
  return { payloadType: STATEMENT_PAYLOAD_TYPE, payload, signature, algorithm, ...by }
}
