import {
  digestFacts,
  identityOf,
  PREDICATE,
  type Stage,
  stageName,
  stageSchema,
  TRANSFORM,
} from '../statement/index.ts'
import type { TransformInput, TransformPredicate } from '../statement/transform.ts'
import { actorOf } from './check-claims.ts'
import { openUnderSigner, type ProvenSigner } from './open-under-signer.ts'

/** A stage as its line states it, proven to be of this run and signer. */
export interface StageLine {
  /** `stage:<runId>/<stageId>.<attempt>` */
  readonly name: string
  /** H of the line's bytes, by which other lines name it. */
  readonly line: string
  readonly subject: string
  readonly stage: Stage
  readonly inputs: readonly TransformInput[]
  readonly unresolved: readonly { readonly name: string; readonly reason: string }[]
}

/** What every line of one object has in common, by the word of whoever names the object. */
export interface StageOwner {
  readonly runId: string
  /** `3`, or `job-7` for a job outside SQL. */
  readonly owner: string
  /** Who signed what names the object; undefined where nothing is signed. */
  readonly signer: ProvenSigner | undefined
  /** `executor.id` of it. */
  readonly actor: string | undefined
}

export const MAX_STAGES_BYTES = 64 * 1024 * 1024
const MAX_LINES = 10_000

/**
 * Reads an object of stage lines: each under the signer of what names the object, a stage of its run and
 * execution, whose digest is that of what it says. A string says what is wrong with the first bad one.
 *
 * @see FORMATS §3, docs/spec/predicates.md Stage
 */
export function readStageLines(object: Uint8Array, owner: StageOwner): StageLine[] | string {
  const bytes = splitLines(object)
  if (typeof bytes === 'string') return bytes
  const lines: StageLine[] = []
  for (const [index, line] of bytes.entries()) {
    const read = readStageLine(line, owner)
    if (typeof read === 'string') return `line ${index + 1}: ${read}`
    lines.push(read)
  }
  return lines
}

function splitLines(object: Uint8Array): Uint8Array[] | string {
  if (object.length === 0) return 'there is no line in it'
  if (object.at(-1) !== 0x0a) return 'its last line is cut off'
  const lines: Uint8Array[] = []
  for (let start = 0; start < object.length; ) {
    const end = object.indexOf(0x0a, start)
    if (lines.length === MAX_LINES) return `more than ${MAX_LINES} lines`
    lines.push(object.subarray(start, end))
    start = end + 1
  }
  return lines
}

function readStageLine(bytes: Uint8Array, owner: StageOwner): StageLine | string {
  const opened = openUnderSigner(bytes, owner.signer)
  if ('fault' in opened) return opened.fault
  const { known, statement, sha256: line } = opened
  const [subject, ...more] = statement.subject
  if (known.kind !== 'transform' || known.predicate.transform.type !== TRANSFORM.sparkStage)
    return 'it is about no stage'
  if (subject === undefined || more.length > 0) return 'it has not exactly one subject'
  if (actorOf(known) !== owner.actor) return 'it names another executor than the execution does'
  if (known.predicate.metadata?.invocationId !== `${owner.runId}/${owner.owner}`) return 'it is of another execution'
  const stage = readStage(known.predicate)
  if (stage === undefined) return 'it does not say which stage it is'
  const name = stageName(owner.runId, stage)
  const sha256 = digestFacts(stage)
  const identity = identityOf({
    predicateType: PREDICATE.transform,
    name,
    sha256,
    run: owner.runId,
    version: owner.owner,
  })
  if (subject.name !== name || subject.annotations?.kind !== 'stage') return `its subject is not ${name}`
  if (subject.digest.sha256 !== sha256) return 'its digest is not that of what it says of the stage'
  if (subject.annotations.identity !== identity) return 'its identity is not that of this stage'
  const { inputs, unresolvedInputs: unresolved = [] } = known.predicate
  return { name, line, subject: sha256, stage, inputs, unresolved }
}

function readStage({ transform }: TransformPredicate): Stage | undefined {
  const stage = stageSchema.safeParse(transform.parameters?.stage)
  return stage.success ? stage.data : undefined
}
