/** What a verification can say of one requirement or one check. `declared` and `skipped` are never a pass. */
export type Status = 'pass' | 'fail' | 'skipped' | 'declared' | 'not-applicable'

/** The questions that a verification asks. Rows of the table below are answered by them. */
export type CheckId =
  | 'attestation'
  | 'statement'
  | 'signature'
  | 'key'
  | 'keyless'
  | 'identity'
  | 'timestamp'
  | 'times'
  | 'log'
  | 'name'
  | 'kind'
  | 'data'
  | 'files'
  | 'newest'
  | 'completeness'
  | 'references'
  | 'input'
  | 'chain'
  | 'origins'
  | 'digest-source'
  | 'rendering'
  | 'rendering-analysis'
  | 'freshness'
  | 'claimed-level'
  | 'policy'
  | 'previous'
  | 'stages'
  | 'windows'
  | 'run'
  | 'seal'
  | 'bundles'
  | 'touched'
  | 'dbom'

export type Level = 0 | 1 | 2 | 3

/**
 * A requirement as data. `check` names the question that answers it; where none does, `otherwise` says
 * what a verifier has to report instead. `absent` is the status when no attestation of the chain
 * raised the question. Rows that gate must be `pass` or `not-applicable` for their level to be proven.
 */
export type RequirementRow = {
  readonly id: string
  readonly level: 1 | 2 | 3
  readonly word: 'MUST' | 'SHOULD'
  readonly text: string
  readonly gates: boolean
  readonly check?: CheckId
  readonly absent?: Status
  readonly otherwise?: { readonly status: Status; readonly reason: string }
}

const NO_PLATFORM = 'this version knows no approved platforms, so an isolated control plane cannot be proven'
const PRODUCER = "the producer's word: nothing in an attestation lets a verifier check it"

const answered = (
  id: string,
  word: 'MUST' | 'SHOULD',
  check: CheckId,
  text: string,
  absent: Status = 'skipped',
): RequirementRow => ({ id, level: levelOfId(id), word, text, gates: word === 'MUST', check, absent })

const unanswered = (
  id: string,
  word: 'MUST' | 'SHOULD',
  status: Status,
  text: string,
  reason: string,
): RequirementRow => {
  const level = levelOfId(id)
  return { id, level, word, text, gates: level === 3 && word === 'MUST', otherwise: { status, reason } }
}

const declared = (id: string, word: 'MUST' | 'SHOULD', text: string) => unanswered(id, word, 'declared', text, PRODUCER)

function levelOfId(id: string): 1 | 2 | 3 {
  return id.startsWith('L1') ? 1 : id.startsWith('L2') ? 2 : 3
}

/**
 * The requirements of SPEC §3, with the rows that FORMATS adds (`X`): they stand here because a level
 * that ignored them could be claimed for the wrong dataset, an old version, or half of the inputs.
 *
 * @see SPEC §3, FORMATS §1–§3
 */
export const REQUIREMENTS: readonly RequirementRow[] = [
  answered('L1.V.1', 'MUST', 'attestation', 'an attestation of this data is there'),
  answered('L1.V.2', 'MUST', 'statement', 'it follows its schema'),
  answered('L1.V.3', 'MUST', 'data', 'the digest of the data, computed now, equals the subject'),
  answered('L1.V.4', 'MUST', 'statement', 'required fields are there and not empty'),
  answered('L1.V.5', 'SHOULD', 'rendering', 'text-like data is scanned for invisible characters'),
  answered('L1.X.1', 'MUST', 'name', 'the subject is the dataset that was asked for'),
  answered('L1.X.2', 'MUST', 'kind', 'a file is not taken for a directory, nor the other way round'),
  answered('L1.X.3', 'MUST', 'files', 'the list of files is the one that was read', 'not-applicable'),
  answered('L1.X.4', 'MUST', 'newest', 'no later version of this dataset is known'),

  answered('L2.P.1', 'MUST', 'signature', 'signed, in a DSSE envelope'),
  answered('L2.P.2', 'MUST', 'signature', 'signed with P-256, P-384, Ed25519 or RSA-PSS'),
  answered('L2.P.3', 'SHOULD', 'keyless', 'keyless where available', 'skipped'),
  answered('L2.P.4', 'MUST', 'key', 'signature bound to an identity that can be checked'),
  answered('L2.P.5', 'MUST', 'identity', 'collector.id or executor.id names the signing identity'),
  answered('L2.P.6', 'MUST', 'timestamp', 'a timestamp that can be verified'),
  answered('L2.P.7', 'MUST', 'times', 'times in the predicate agree with the verified one'),
  answered('L2.P.8', 'MUST', 'references', 'inputs carry a sha256 digest', 'not-applicable'),
  answered('L2.P.9', 'MUST', 'references', 'inputs carry a reference to their attestation', 'not-applicable'),
  answered('L2.P.10', 'SHOULD', 'windows', 'stream windows chain to the previous window', 'not-applicable'),
  declared('L2.PL.1', 'MUST', 'keys are never in plain configuration or in reach of user code'),
  declared('L2.PL.2', 'SHOULD', 'Sigstore is integrated'),
  declared('L2.PL.3', 'MUST', 'key use is access-controlled and auditable'),
  declared('L2.PL.4', 'MUST', 'a signing component that never exposes the key and logs each use'),
  declared('L2.PL.5', 'SHOULD', 'attestations are made by the pipeline itself'),
  declared('L2.PL.6', 'MUST', 'a timestamp authority or a transparency log is integrated'),
  answered('L2.V.1', 'MUST', 'signature', 'the signature verifies'),
  answered('L2.V.2', 'MUST', 'signature', 'invalid signatures are refused'),
  answered('L2.V.3', 'MUST', 'key', 'the signing identity is verified'),
  answered('L2.V.4', 'MUST', 'key', "the caller's trust decides, not the bundle"),
  answered('L2.V.5', 'SHOULD', 'identity', 'the identity agrees with collector.id or executor.id'),
  answered('L2.V.6', 'MUST', 'timestamp', 'the timestamp is authentic'),
  answered('L2.V.7', 'SHOULD', 'freshness', 'the timestamp is fresh'),
  answered('L2.V.8', 'MUST', 'input', "input digests equal the referenced attestations' subjects", 'not-applicable'),
  answered('L2.V.9', 'SHOULD', 'chain', 'inputs are verified back to their origins', 'not-applicable'),
  answered('L2.V.10', 'MUST', 'data', "the data's digest is computed now"),
  answered('L2.V.11', 'SHOULD', 'rendering-analysis', 'a rendering analysis is bound to the digest'),
  answered('L2.V.12', 'SHOULD', 'rendering', 'invisible characters fail, warn or are allowed, as the caller says'),
  answered('L2.X.1', 'MUST', 'completeness', 'what was read and written is stated in full'),
  answered(
    'L2.X.2',
    'MUST',
    'previous',
    'files kept from the version before are those that it attests',
    'not-applicable',
  ),
  answered('L2.X.3', 'SHOULD', 'stages', 'the stages of a job are those that were attested with it', 'not-applicable'),

  unanswered('L3.P.2', 'MUST', 'skipped', "signed with the platform's identity", NO_PLATFORM),
  unanswered('L3.P.3', 'MUST', 'skipped', 'the pipeline is declared', NO_PLATFORM),
  unanswered('L3.P.4', 'MUST', 'skipped', 'data went through channels of the platform', NO_PLATFORM),
  ...[
    ['L3.PL.1', 'attestations come from an isolated control plane'],
    ['L3.PL.2', 'they state what the platform observed'],
    ['L3.PL.3', 'the platform signs'],
    ['L3.PL.4', 'keys are in an HSM or KMS'],
    ['L3.PL.5', 'the data plane cannot reach the keys'],
    ['L3.PL.6', 'keys are rotated'],
    ['L3.PL.7', 'the platform computed the hashes'],
    ['L3.PL.8', 'hashing has a documented canonical form'],
    ['L3.PL.9', 'streams are hashed incrementally'],
    ['L3.PL.10', 'every operation is in an append-only log'],
    ['L3.PL.11', 'log entries name pipeline, tenant, inputs and outputs'],
    ['L3.PL.12', 'the log is kept 18 months'],
  ].map(([id = '', text = '']) => declared(id, 'MUST', text)),
  declared('L3.PL.13', 'SHOULD', 'runs in a trusted execution environment'),
  declared('L3.PL.14', 'SHOULD', 'the execution environment is attested'),
  unanswered('L3.V.1', 'MUST', 'skipped', 'the signer is an approved platform', NO_PLATFORM),
  unanswered('L3.V.2', 'MUST', 'skipped', 'the signer is not a tenant', NO_PLATFORM),
  answered('L3.V.5', 'MUST', 'log', 'the attestation is in the log', 'skipped'),
  answered('L3.V.6', 'MUST', 'log', 'log entries agree with the attestation', 'skipped'),
  unanswered('L3.V.7', 'MUST', 'skipped', 'tenants cannot sign for the platform', NO_PLATFORM),
]

const SEVERITY: readonly Status[] = ['not-applicable', 'pass', 'declared', 'skipped', 'fail']

/** The worst of several statuses: one failed attestation of a chain fails the row. */
export function worstStatus(statuses: readonly Status[]): Status {
  return statuses.reduce<Status>(
    (worst, next) => (SEVERITY.indexOf(next) > SEVERITY.indexOf(worst) ? next : worst),
    'not-applicable',
  )
}

/** Answers to the questions of a verification, several to a question where a chain has several attestations. */
export type Answers = readonly { readonly id: CheckId; readonly status: Status }[]

/** What one row says of a set of answers. */
export function statusOfRow(row: RequirementRow, answers: Answers): Status {
  return statusOf(row, worstByCheck(answers))
}

function statusOf(
  { check, absent = 'skipped', otherwise }: RequirementRow,
  worst: ReadonlyMap<CheckId, Status>,
): Status {
  if (otherwise !== undefined) return otherwise.status
  return (check === undefined ? undefined : worst.get(check)) ?? absent
}

function worstByCheck(answers: Answers): Map<CheckId, Status> {
  const worst = new Map<CheckId, Status>()
  for (const { id, status } of answers) worst.set(id, worstStatus([worst.get(id) ?? 'not-applicable', status]))
  return worst
}

const ABOUT_DATA: ReadonlySet<CheckId> = new Set([
  'attestation',
  'name',
  'kind',
  'data',
  'files',
  'newest',
  'rendering',
  'rendering-analysis',
  'freshness',
])

/** The rows that an attestation answers by itself, without the data that it speaks of. */
export const ATTESTATION_REQUIREMENTS: readonly RequirementRow[] = REQUIREMENTS.filter(
  (row) => row.check === undefined || !ABOUT_DATA.has(row.check),
)

/** The highest level whose gating rows, and those of the levels below it, all hold for these answers. */
export function levelProven(answers: Answers, rows = REQUIREMENTS): Level {
  const worst = worstByCheck(answers)
  let level: Level = 3
  for (const row of rows) if (row.gates && row.level <= level && !isMet(statusOf(row, worst))) level = below(row.level)
  return level
}

const below = (level: 1 | 2 | 3): Level => (level === 1 ? 0 : level === 2 ? 1 : 2)

const isMet = (status: Status) => status === 'pass' || status === 'not-applicable'
