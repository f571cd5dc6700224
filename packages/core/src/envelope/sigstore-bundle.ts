/**
 * Any Sigstore bundle, for who verifies what other tools signed: versions 0.1 to 0.3, bare messages as well as DSSE
 * envelopes, certificates alone or in a chain. Makoto's own statements are read by `parseBundle`, which takes less.
 */
import * as z from 'zod'
import { MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { optional } from '../statement/optional.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import { type LogEntry, logEntrySchema } from './bundle-schema.ts'
import { type Bundle, decodeField } from './parse-bundle.ts'

const MAX_BUNDLE_BYTES = 16 * 1024 * 1024
const MAX_LIST = 32
const MAX_CHAIN = 8

const certificateSchema = z.strictObject({ rawBytes: z.string().min(1) })

const materialSchema = z.strictObject({
  publicKey: optional(z.strictObject({ hint: optional(z.string().max(1024)) })),
  certificate: optional(certificateSchema),
  x509CertificateChain: optional(z.strictObject({ certificates: z.array(certificateSchema).min(1).max(MAX_CHAIN) })),
  tlogEntries: optional(z.array(logEntrySchema).max(MAX_LIST)),
  timestampVerificationData: optional(
    z.strictObject({
      rfc3161Timestamps: optional(z.array(z.strictObject({ signedTimestamp: z.string() })).max(MAX_LIST)),
    }),
  ),
})

const schema = z
  .strictObject({
    mediaType: z.enum([
      'application/vnd.dev.sigstore.bundle+json;version=0.1',
      'application/vnd.dev.sigstore.bundle+json;version=0.2',
      'application/vnd.dev.sigstore.bundle+json;version=0.3',
      'application/vnd.dev.sigstore.bundle.v0.3+json',
    ]),
    verificationMaterial: materialSchema,
    messageSignature: optional(
      z.strictObject({
        messageDigest: optional(z.strictObject({ algorithm: z.string(), digest: z.string() })),
        signature: z.string().min(1),
      }),
    ),
    dsseEnvelope: optional(
      z.strictObject({
        payload: z.string(),
        payloadType: z.string().min(1).max(1024),
        signatures: z.array(z.strictObject({ sig: z.string().min(1), keyid: optional(z.string()) })).length(1),
      }),
    ),
  })
  .refine((bundle) => (bundle.messageSignature === undefined) !== (bundle.dsseEnvelope === undefined), {
    message: 'either a message signature or a DSSE envelope is expected',
  })
  .refine(
    ({ verificationMaterial: { publicKey, certificate, x509CertificateChain } }) =>
      [publicKey, certificate, x509CertificateChain].filter((signer) => signer !== undefined).length === 1,
    {
      message: 'either a public key or a certificate is expected',
    },
  )
  .refine(
    ({ mediaType, verificationMaterial }) => !mediaType.includes('0.3') || !verificationMaterial.x509CertificateChain,
    {
      message: 'version 0.3 holds one certificate, no chain',
    },
  )
  .refine(
    ({ mediaType, verificationMaterial: { tlogEntries = [] } }) =>
      !mediaType.includes('0.1') || tlogEntries.every(({ inclusionPromise }) => inclusionPromise !== undefined),
    {
      message: 'version 0.1 needs a promise of inclusion',
    },
  )

export type SigstoreBundle = Pick<Bundle, 'signature' | 'signer' | 'timestamps' | 'logEntries'> & {
  /** What the bundle says was signed; of a message only its digest. */
  readonly content:
    | { readonly kind: 'envelope'; readonly payload: Uint8Array; readonly payloadType: string }
    | { readonly kind: 'message'; readonly digest?: { readonly algorithm: string; readonly value: Uint8Array } }
  /** DER, behind the signer's own: unverified. */
  readonly intermediates: readonly Uint8Array[]
}

/** Refuses with `bundle-invalid` whatever is not a Sigstore bundle of these versions, to the field. */
export function parseSigstoreBundle(bytes: Uint8Array): SigstoreBundle {
  const parsed = schema.safeParse(readJson(bytes))
  if (!parsed.success) throw new MakotoError('bundle-invalid', `bundle: ${describeIssues(parsed.error)}`)
  const { verificationMaterial, messageSignature, dsseEnvelope } = parsed.data
  const { tlogEntries, timestampVerificationData } = verificationMaterial
  const signature = messageSignature?.signature ?? dsseEnvelope?.signatures[0]?.sig ?? ''
  const logEntries: readonly LogEntry[] = tlogEntries ?? []
  return {
    content: readContent(parsed.data),
    signature: decodeField(signature, 'signature'),
    ...readSigner(verificationMaterial),
    timestamps: (timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) =>
      decodeField(signedTimestamp, 'timestamp'),
    ),
    logEntries,
  }
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, { maxBytes: MAX_BUNDLE_BYTES, maxDepth: 32 })
  } catch (cause) {
    throw new MakotoError('bundle-invalid', 'the bundle is not readable JSON', { cause })
  }
}

function readContent({ messageSignature, dsseEnvelope }: z.infer<typeof schema>): SigstoreBundle['content'] {
  if (dsseEnvelope)
    return {
      kind: 'envelope',
      payload: decodeField(dsseEnvelope.payload, 'payload'),
      payloadType: dsseEnvelope.payloadType,
    }
  const stated = messageSignature?.messageDigest
  if (stated === undefined) return { kind: 'message' }
  return { kind: 'message', digest: { algorithm: stated.algorithm, value: decodeField(stated.digest, 'digest') } }
}

function readSigner({ publicKey, certificate, x509CertificateChain }: z.infer<typeof materialSchema>) {
  const [leaf, ...intermediates] = (certificate ? [certificate] : (x509CertificateChain?.certificates ?? [])).map(
    ({ rawBytes }) => decodeField(rawBytes, 'certificate'),
  )
  const signer: Bundle['signer'] = leaf ? { kind: 'certificate', certificate: leaf } : { kind: 'key', ...publicKey }
  return { signer, intermediates }
}
