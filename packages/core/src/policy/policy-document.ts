import * as z from 'zod'
import { COMPLETENESS_REASONS, TRANSFORM } from '../statement/index.ts'

export const POLICY_SCHEMA = 'https://makoto.dev/schemas/policy/v1'

const MAX_ENTRIES = 1000
/** A checkpoint has 64 signatures at most. */
const MAX_WITNESSES = 32
const MAX_THRESHOLD = 99
const list = <T extends z.ZodType>(entry: T) => z.array(entry).max(MAX_ENTRIES)
const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be a short name: letters, digits, . _ -')
const pathSchema = z.string().min(1).max(4096)
const timeSchema = z.iso.datetime({ offset: true })
const globSchema = z.string().min(1).max(2048)
const durationSchema = z.string().regex(/^[1-9][0-9]{0,5}[smhd]$/, 'must be a number and s, m, h or d: 7d')

const windowFields = { validFrom: timeSchema.exactOptional(), validUntil: timeSchema.exactOptional() }
const sourceFields = { file: pathSchema.exactOptional(), pem: z.string().max(65_536).exactOptional() }
const oneSource = ({ file, pem }: { file?: string; pem?: string }) => (file === undefined) !== (pem === undefined)
const isAbsent = (field: unknown) => field === undefined
const ONE_SOURCE = { message: 'either file or pem is expected' }

/** What an RSA key cannot say of itself. */
const declarationFields = {
  padding: z.enum(['pss', 'pkcs1']).exactOptional(),
  hash: z.enum(['sha256', 'sha384', 'sha512']).exactOptional(),
}

const keySchema = z
  .strictObject({
    name: nameSchema,
    ...sourceFields,
    ...declarationFields,
    ...windowFields,
    /** Signatures from then on are refused, and those that no verified time puts before it. */
    revokedOn: timeSchema.exactOptional(),
  })
  .refine(oneSource, ONE_SOURCE)

const authoritySchema = z.strictObject({ name: nameSchema, ...sourceFields }).refine(oneSource, ONE_SOURCE)

const vkeySchema = z.string().max(1024)
const noteNameSchema = z.string().regex(/^[^\s+]{1,255}$/, 'must be a name as notes have it: no spaces, no plus')

/** A log of signatures: by its verifier key, by its origin and its key, or, of Rekor v1, by its key alone. */
const logSchema = z
  .strictObject({
    name: nameSchema,
    vkey: vkeySchema.exactOptional(),
    /** The first line of its checkpoints. */
    origin: noteNameSchema.exactOptional(),
    ...sourceFields,
    ...declarationFields,
    ...windowFields,
  })
  .refine(
    ({ vkey, origin, padding, hash, ...source }) =>
      vkey === undefined ? oneSource(source) : [origin, source.file, source.pem, padding, hash].every(isAbsent),
    { message: 'either vkey is expected, or file or pem, with the origin where the log has one' },
  )

/** A witness of logs: by its verifier key, or by name and key apart. */
const witnessSchema = z
  .strictObject({
    vkey: vkeySchema.exactOptional(),
    name: noteNameSchema.exactOptional(),
    ...sourceFields,
  })
  .refine(
    (entry) =>
      entry.vkey === undefined ? entry.name !== undefined && oneSource(entry) : Object.keys(entry).length === 1,
    {
      message: 'either vkey is expected, or name and file or pem',
    },
  )

const signerSchema = z
  .strictObject({
    /** The name of a trusted key. */
    key: nameSchema.exactOptional(),
    /** The subject alternative name of a certificate, literal or an anchored glob. */
    subject: globSchema.exactOptional(),
    /** The OIDC issuer of a Fulcio certificate, literal. */
    issuer: z.url().exactOptional(),
    /** The name of the authority, or of the trusted root, that has to certify it: needed where several could. */
    authority: nameSchema.exactOptional(),
  })
  .refine(({ key, subject }) => (key === undefined) !== (subject === undefined), {
    message: 'either key or subject is expected',
  })
  .refine(({ key, issuer }) => key === undefined || issuer === undefined, { message: 'a key has no issuer' })
  .refine(({ key, authority }) => key === undefined || authority === undefined, { message: 'a key has no authority' })

const ruleSchema = z.strictObject({
  name: nameSchema,
  /** Names of datasets, as globs: `*` within a part, `**` across; `dataset:` may be left out. */
  datasets: list(globSchema).min(1),
  attestedBy: list(nameSchema).min(1).exactOptional(),
  predicates: list(z.enum(['origin', 'transform']))
    .min(1)
    .exactOptional(),
  /** `executor.platform` of the transform, as globs. */
  platforms: list(globSchema).min(1).exactOptional(),
  transforms: list(z.union([z.enum(keysOf(TRANSFORM)), z.url()]))
    .min(1)
    .exactOptional(),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]).exactOptional(),
  maxAge: durationSchema.exactOptional(),
  acceptPartial: list(z.enum(COMPLETENESS_REASONS)).exactOptional(),
  origins: z.enum(['attested', 'observed']).exactOptional(),
  /** Attestations of the same version by this many different signers. */
  reviewers: z.strictObject({ count: z.number().int().min(1).max(32), from: list(nameSchema).min(1) }).exactOptional(),
  /** What the run that wrote it may have read and written, by name. */
  run: z
    .strictObject({
      reads: list(globSchema).exactOptional(),
      writes: list(globSchema).exactOptional(),
      completeness: z.literal('full').exactOptional(),
    })
    .exactOptional(),
  /** Invisible characters in text-like data. */
  rendering: z.enum(['fail', 'warn', 'allow']).exactOptional(),
})

/**
 * `makoto.policy.yaml` as it is written. Whatever is not named here is refused: a field that one believes to be
 * enforced and is not would be worse than none.
 *
 * @see SPEC §3 L2.V.4, L2.V.7, L2.V.12
 */
export const policyDocumentSchema = z.strictObject({
  schema: z.literal(POLICY_SCHEMA),
  extends: z.array(pathSchema).max(16).exactOptional(),
  trust: z
    .strictObject({
      keys: list(keySchema).exactOptional(),
      certificateAuthorities: list(authoritySchema).exactOptional(),
      timestampAuthorities: list(authoritySchema).exactOptional(),
      /** Files of Sigstore's `trusted_root.json` form; with a name, where signers have to say which. */
      trustedRoots: z
        .array(z.union([pathSchema, z.strictObject({ name: nameSchema, file: pathSchema })]))
        .max(16)
        .exactOptional(),
      /** Transparency logs beside those of trusted roots. Logs of certificates stand in trusted roots only. */
      logs: list(logSchema).exactOptional(),
      witnesses: z.array(witnessSchema).max(MAX_WITNESSES).exactOptional(),
      /** How many different authorities, among them logs that promise a time (Rekor v1), have to vouch for the time. */
      timestampThreshold: z.number().int().min(1).max(MAX_THRESHOLD).exactOptional(),
      /** How many different logs have to hold an attestation. */
      logThreshold: z.number().int().min(1).max(MAX_THRESHOLD).exactOptional(),
      /** How many different witnesses have to have signed the tree of a log that holds an attestation. */
      witnessThreshold: z.number().int().min(1).max(MAX_WITNESSES).exactOptional(),
    })
    .exactOptional(),
  signers: z.record(nameSchema, signerSchema).exactOptional(),
  rules: list(ruleSchema).exactOptional(),
})

export type PolicyDocument = z.infer<typeof policyDocumentSchema>
export type TrustEntries = NonNullable<PolicyDocument['trust']>
export type PolicyRule = z.infer<typeof ruleSchema>
export type PolicySigner = z.infer<typeof signerSchema>

function keysOf<T extends Record<string, unknown>>(table: T) {
  return Object.keys(table) as [keyof T & string, ...(keyof T & string)[]]
}
