import * as z from 'zod'
import { canonicalize, type JsonValue } from '../canonical-json.ts'
import { MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { type Dbom, dbomSchema } from './dbom.ts'
import { optional } from './optional.ts'
import { type OriginPredicate, originSchema } from './origin.ts'
import { countSchema, evenCountSchema, SHA256_HEX, sha256HexSchema, textSchema } from './parts.ts'
import { PREDICATE } from './predicate-types.ts'
import { type RunPredicate, runSchema } from './run.ts'
import { describeIssues } from './schema-issues.ts'
import { schemaReader } from './schema-reader.ts'
import { type StreamWindowPredicate, streamWindowSchema } from './stream-window.ts'
import { type SummaryPredicate, summarySchema } from './summary.ts'
import { type TransformPredicate, transformSchema } from './transform.ts'

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

/** The largest statement that is read: what a bundle of 16 MiB can hold. */
export const MAX_STATEMENT_BYTES = 12 * 1024 * 1024

const MAX_SUBJECTS = 1024
const MAX_DIGESTS = 32

/** What a subject can be a digest of; a verifier compares it, so that no file passes for a directory. @see FORMATS §1 */
export const subjectKindSchema = z.enum(['file', 'files', 'delta', 'iceberg', 'stage', 'run', 'stream'])
export type SubjectKind = z.infer<typeof subjectKindSchema>

/** `sha256` is optional in form only: stream windows of the specification go without. `parseStatement` insists on it. */
export const subjectSchema = z.looseObject({
  name: textSchema,
  uri: optional(textSchema),
  digest: z
    .looseObject({
      sha256: optional(textSchema),
      merkleRoot: optional(textSchema),
      stateDigest: optional(sha256HexSchema),
      recordCount: optional(z.union([countSchema, evenCountSchema])),
    })
    .refine((digest) => Object.keys(digest).length <= MAX_DIGESTS, { message: `at most ${MAX_DIGESTS} digests` }),
  annotations: optional(z.looseObject({ kind: optional(textSchema), identity: optional(textSchema) })),
})
export type Subject = z.infer<typeof subjectSchema>

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An in-toto Statement v1 with any predicate. @see SPEC §1 */
export const statementSchema = z.looseObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(subjectSchema).min(1).max(MAX_SUBJECTS),
  predicateType: textSchema,
  predicate: z.custom<{ [field: string]: unknown }>(isObject, 'must be an object'),
})

const readStatement = schemaReader(statementSchema)

export interface Statement<Predicate = { [field: string]: unknown }> {
  _type: typeof STATEMENT_TYPE
  subject: Subject[]
  predicateType: string
  predicate: Predicate
  [field: string]: unknown
}

/**
 * Reads a statement that is about to be verified.
 *
 * Stricter than the schema in one point: every subject has a SHA-256 of 64 lower-case hex digits, so
 * that no two spellings of a digest can be told apart by one tool and not by another. How many
 * subjects there may be is the verifier's question. Refuses with `statement-invalid`.
 *
 * @see SPEC §1, L1.V.2, FORMATS §3
 */
export function parseStatement(bytes: Uint8Array): Statement {
  const statement = readStatement(readJson(bytes))
  if (!statement.success) throw refuse(describeIssues(statement.error))
  for (const { name, digest } of statement.data.subject)
    if (!SHA256_HEX.test(digest.sha256 ?? ''))
      throw refuse(`the subject ${JSON.stringify(name)} has no sha256 of 64 lower-case hex digits`)
  return statement.data
}

function readJson(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes, { maxBytes: MAX_STATEMENT_BYTES })
  } catch (cause) {
    throw new MakotoError('statement-invalid', 'the statement is not readable JSON', { cause })
  }
}

export type KnownStatement =
  | { kind: 'origin'; predicate: OriginPredicate }
  | { kind: 'transform'; predicate: TransformPredicate }
  | { kind: 'streamWindow'; predicate: StreamWindowPredicate }
  | { kind: 'dbom'; predicate: Dbom }
  | { kind: 'run'; predicate: RunPredicate }
  | { kind: 'summary'; predicate: SummaryPredicate }
  | { kind: 'other'; predicate: { [field: string]: unknown } }

/**
 * The predicate, checked against the schema of its type; `other` where the type is not one of ours.
 * Refuses with `statement-invalid` and the fields that are missing or wrong. @see L1.V.2, L1.V.4
 */
export function readPredicate({
  predicateType,
  predicate,
}: Pick<Statement, 'predicateType' | 'predicate'>): KnownStatement {
  switch (predicateType) {
    case PREDICATE.origin:
      return { kind: 'origin', predicate: accept(READ.origin(predicate)) }
    case PREDICATE.transform:
      return { kind: 'transform', predicate: accept(READ.transform(predicate)) }
    case PREDICATE.streamWindow:
      return { kind: 'streamWindow', predicate: accept(READ.streamWindow(predicate)) }
    case PREDICATE.dbom:
      return { kind: 'dbom', predicate: accept(READ.dbom(predicate)) }
    case PREDICATE.run:
      return { kind: 'run', predicate: accept(READ.run(predicate)) }
    case PREDICATE.summary:
      return { kind: 'summary', predicate: accept(READ.summary(predicate)) }
    default:
      return { kind: 'other', predicate }
  }
}

const READ = {
  origin: schemaReader(originSchema),
  transform: schemaReader(transformSchema),
  streamWindow: schemaReader(streamWindowSchema),
  dbom: schemaReader(dbomSchema),
  run: schemaReader(runSchema),
  summary: schemaReader(summarySchema),
}

function accept<T>(result: z.ZodSafeParseResult<T>): T {
  if (!result.success) throw refuse(`predicate: ${describeIssues(result.error)}`)
  return result.data
}

const jsonSchema = z.json()

/** The one serialisation of a statement: RFC 8785. After this only the bytes count. @see FORMATS §3 */
export function serializeStatement(statement: Statement<object>): Uint8Array {
  return canonicalize(jsonSchema.parse(statement))
}

function refuse(reason: string): MakotoError {
  return new MakotoError('statement-invalid', reason)
}
