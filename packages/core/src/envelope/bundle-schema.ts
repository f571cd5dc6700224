/**
 * Sigstore bundle v0.3 as its protobuf schema has it, no field more: cosign refuses unknown fields,
 * and a field that one verifier reads and another ignores is a way around the second. @see FORMATS §3
 */
import * as z from 'zod'
import { optional } from '../statement/optional.ts'
import { STATEMENT_PAYLOAD_TYPE } from './pae.ts'

export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

const MAX_LOG_ENTRIES = 32
const MAX_TIMESTAMPS = 32
const MAX_PROOF_HASHES = 64

const base64Schema = z.string()
const integerSchema = z.string().regex(/^(0|[1-9][0-9]{0,18})$/, 'must be a decimal integer')

export const logEntrySchema = z.strictObject({
  logIndex: optional(integerSchema),
  logId: z.strictObject({ keyId: base64Schema }),
  kindVersion: z.strictObject({ kind: z.string(), version: z.string() }),
  integratedTime: optional(integerSchema),
  inclusionPromise: optional(z.strictObject({ signedEntryTimestamp: base64Schema })),
  inclusionProof: optional(
    z.strictObject({
      logIndex: optional(integerSchema),
      rootHash: base64Schema,
      treeSize: integerSchema,
      hashes: optional(z.array(base64Schema).max(MAX_PROOF_HASHES)),
      checkpoint: optional(z.strictObject({ envelope: z.string() })),
    }),
  ),
  canonicalizedBody: base64Schema,
})

/** An entry as the bundle claims it. Nothing here is verified: it is no time and no proof. */
export type LogEntry = z.infer<typeof logEntrySchema>

const verificationMaterialSchema = z
  .strictObject({
    publicKey: optional(z.strictObject({ hint: optional(z.string().max(1024)) })),
    certificate: optional(z.strictObject({ rawBytes: base64Schema })),
    tlogEntries: optional(z.array(logEntrySchema).max(MAX_LOG_ENTRIES)),
    timestampVerificationData: optional(
      z.strictObject({
        rfc3161Timestamps: optional(z.array(z.strictObject({ signedTimestamp: base64Schema })).max(MAX_TIMESTAMPS)),
      }),
    ),
  })
  .refine(({ publicKey, certificate }) => (publicKey === undefined) !== (certificate === undefined), {
    message: 'either a public key or a certificate is expected',
  })

export const bundleSchema = z.strictObject({
  mediaType: z.literal(BUNDLE_MEDIA_TYPE),
  verificationMaterial: verificationMaterialSchema,
  dsseEnvelope: z.strictObject({
    payload: base64Schema,
    payloadType: z.literal(STATEMENT_PAYLOAD_TYPE),
    signatures: z
      .array(z.strictObject({ sig: base64Schema.min(1), keyid: optional(z.string()) }))
      .length(1, 'exactly one signature is expected'),
  }),
})
