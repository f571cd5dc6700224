import * as z from 'zod'

export const REPORT_SCHEMA = 'https://makoto.dev/schemas/verification-report/v1'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const level = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
const status = z.enum(['pass', 'fail', 'skipped', 'declared', 'not-applicable'])

/**
 * Why a verification did not end well. A closed set: programs decide by it, people read the message.
 * `no-attestation`, `level-not-met` and `origins-not-attested` say that something was missing; every other
 * code says that something contradicts, and then nothing is proven at any level.
 */
export const failureCodeSchema = z.enum([
  'no-attestation',
  'level-not-met',
  'origins-not-attested',
  'bundle-malformed',
  'bundle-misplaced',
  'statement-invalid',
  'predicate-type',
  'key-untrusted',
  'signature-invalid',
  'timestamp-invalid',
  'timestamp-untrusted',
  'data-altered',
  'digest-mismatch',
  'name-mismatch',
  'kind-mismatch',
  'files-mismatch',
  'version-unexpected',
  'superseded',
  'reference-invalid',
  'input-altered',
  'input-refused',
  'input-digest-mismatch',
  'input-name-mismatch',
  'input-not-contained',
  'input-differs',
  'input-later-than-output',
  'cycle',
  'chain-too-large',
  'too-many-attestations',
])
export type FailureCode = z.infer<typeof failureCodeSchema>

/** Files that differ, as manifest paths; lists are cut at 1,000 and `more` says how many were left out. */
export const fileDifferenceSchema = z.object({
  altered: z.array(z.string()),
  missing: z.array(z.string()),
  added: z.array(z.string()),
  more: z.number().int().nonnegative(),
})
export type FileDifference = z.infer<typeof fileDifferenceSchema>

/** One question and its answer. `code` stands where the answer contradicts, so that the verdict fails at any level. */
export const checkSchema = z.object({
  id: z.enum([
    'attestation',
    'statement',
    'signature',
    'key',
    'identity',
    'timestamp',
    'times',
    'log',
    'name',
    'kind',
    'data',
    'files',
    'newest',
    'completeness',
    'references',
    'input',
    'chain',
    'origins',
    'digest-source',
    'claimed-level',
    'policy',
  ]),
  status,
  title: z.string(),
  detail: z.string(),
  code: failureCodeSchema.optional(),
})
export type Check = z.infer<typeof checkSchema>

const completeness = z.object({
  inputs: z.enum(['full', 'partial']),
  outputs: z.enum(['full', 'partial']),
  reasons: z.array(z.string()),
})
export type Completeness = z.infer<typeof completeness>

/** One attestation of the chain: depth 0 is the dataset's own, its inputs' are depth 1, and so on to the origins. */
export const chainNodeSchema = z.object({
  depth: z.number().int().nonnegative(),
  name: z.string(),
  predicateType: z.string(),
  sha256: hex,
  bundle: hex,
  reference: z.string(),
  level,
  signer: z.string().nullable(),
  time: z.string().nullable(),
  completeness: completeness.nullable(),
  inputs: z.array(
    z.object({ name: z.string(), sha256: hex, bundle: hex.nullable(), files: z.number().int().optional() }),
  ),
  files: z.number().int().nonnegative().optional(),
  recordCount: z.string().optional(),
  origin: z
    .object({
      source: z.string(),
      sourceType: z.string().optional(),
      collectionMethod: z.string().optional(),
      geography: z.string().optional(),
      consent: z.looseObject({}).optional(),
    })
    .optional(),
  transform: z.object({ type: z.string(), name: z.string().optional(), description: z.string().optional() }).optional(),
})
export type ChainNode = z.infer<typeof chainNodeSchema>

/** What `verifyDataset` answers, and what `makoto verify --json` prints: versioned by `schema`. */
export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  verdict: z.enum(['PROVEN', 'NOT PROVEN']),
  level,
  required: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  failure: z
    .object({ code: failureCodeSchema, message: z.string(), files: fileDifferenceSchema.optional() })
    .optional(),
  dataset: z.object({
    name: z.string(),
    uri: z.string(),
    kind: z.enum(['file', 'files']),
    sha256: hex,
    files: z.number().int().nonnegative(),
    bytes: z.string(),
    leftOut: z.number().int().nonnegative(),
  }),
  verifiedOn: z.string(),
  newestKnown: z.enum(['yes', 'no', 'unknown']),
  observedOrigins: z.number().int().nonnegative(),
  requirements: z.array(
    z.object({ id: z.string(), status, text: z.string(), evidence: z.string(), reason: z.string() }),
  ),
  checks: z.array(checkSchema),
  chain: z.array(chainNodeSchema),
})
export type Report = z.infer<typeof reportSchema>
export type Requirement = Report['requirements'][number]
