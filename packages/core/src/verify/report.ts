import * as z from 'zod'
import { renderingAnalysisSchema } from '../rendering/index.ts'
import { chainNodeSchema } from './chain-node.ts'

export const REPORT_SCHEMA = 'https://makoto.dev/schemas/verification-report/v1'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const level = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
const status = z.enum(['pass', 'fail', 'skipped', 'declared', 'not-applicable'])

/**
 * Why a verification did not end well. A closed set: programs decide by it, people read the message.
 * `no-attestation`, `level-not-met`, `origins-not-attested`, `rendering-refused` and `not-fresh` say that something was missing; every other
 * code says that something contradicts, and then nothing is proven at any level.
 */
export const failureCodeSchema = z.enum([
  'no-attestation',
  'level-not-met',
  'origins-not-attested',
  'policy-not-met',
  'bundle-malformed',
  'bundle-misplaced',
  'statement-invalid',
  'predicate-type',
  'key-untrusted',
  'key-expired',
  'key-revoked',
  'certificate-untrusted',
  'certificate-expired',
  'identity-mismatch',
  'time-missing',
  'signature-invalid',
  'timestamp-invalid',
  'timestamp-untrusted',
  'log-invalid',
  'log-untrusted',
  'log-mismatch',
  'log-missing',
  'witness-missing',
  'data-altered',
  'digest-mismatch',
  'name-mismatch',
  'kind-mismatch',
  'files-mismatch',
  'files-unlisted',
  'not-a-member',
  'version-unexpected',
  'superseded',
  'rolled-back',
  'rendering-mismatch',
  'rendering-refused',
  'not-fresh',
  'reference-invalid',
  'input-altered',
  'input-refused',
  'input-digest-mismatch',
  'input-name-mismatch',
  'input-not-contained',
  'input-differs',
  'input-later-than-output',
  'previous-mismatch',
  'origin-laundered',
  'stages-altered',
  'stages-invalid',
  'window-gap',
  'window-fork',
  'window-mismatch',
  'window-order',
  'run-unfinished',
  'run-incomplete',
  'run-outside',
  'run-invalid',
  'run-gap',
  'run-fork',
  'run-signer',
  'run-root',
  'run-misstated',
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
    'keyless',
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
    'rendering',
    'rendering-analysis',
    'freshness',
    'claimed-level',
    'policy',
    'previous',
    'stages',
    'windows',
    'run',
    'seal',
    'bundles',
    'touched',
    'dbom',
  ]),
  status,
  title: z.string(),
  detail: z.string(),
  code: failureCodeSchema.optional(),
})
export type Check = z.infer<typeof checkSchema>

/** The reason of a row that no answer belongs to: something before it failed, so it was never asked. */
export const NOT_REACHED = 'not reached: what came before it did not hold'

/**
 * What one requirement of SPEC §3 came to. `evidence` says what was compared and what it gave, `reason` why it is
 * no pass. `declared` and `skipped` are never a pass.
 */
export const requirementSchema = z.object({
  id: z.string(),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  word: z.enum(['MUST', 'SHOULD']),
  status,
  text: z.string(),
  evidence: z.string(),
  reason: z.string(),
})
export type Requirement = z.infer<typeof requirementSchema>

/** The proof that a file is in a set: an RFC 6962 audit path from its line in the manifest to the Merkle root. */
export const memberSchema = z.object({
  path: z.string(),
  sha256: hex,
  index: z.number().int().nonnegative(),
  files: z.number().int().positive(),
  merkleRoot: hex,
  proof: z.array(hex),
})
export type MemberProof = z.infer<typeof memberSchema>

export const MAX_POLICY_ANSWERS = 1000

/** What the caller's policy came to: which rule, which condition, of which dataset, what was compared; refusals first. */
export const decisionSchema = z.object({
  allowed: z.boolean(),
  /** How many answers there were; the first of them follow. */
  asked: z.number().int().nonnegative(),
  answers: z
    .array(
      z.object({
        rule: z.string(),
        dataset: z.string(),
        condition: z.string(),
        status: z.enum(['pass', 'fail', 'not-applicable']),
        evidence: z.string(),
      }),
    )
    .max(MAX_POLICY_ANSWERS),
})

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
    kind: z.enum(['file', 'files', 'delta', 'iceberg']),
    sha256: hex,
    files: z.number().int().nonnegative(),
    bytes: z.string(),
    leftOut: z.number().int().nonnegative(),
    /** Where one file was verified as a member of the set: that file and nothing else of it was read. */
    member: memberSchema.optional(),
  }),
  /** What the text among the bytes that were read holds that nobody sees. @see SPEC §4 D9 */
  rendering: renderingAnalysisSchema.optional(),
  verifiedOn: z.string(),
  newestKnown: z.enum(['yes', 'no', 'unknown']),
  observedOrigins: z.number().int().nonnegative(),
  requirements: z.array(requirementSchema),
  /** Where the caller had a policy. */
  policy: decisionSchema.optional(),
  checks: z.array(checkSchema),
  chain: z.array(chainNodeSchema),
})
export type Report = z.infer<typeof reportSchema>
