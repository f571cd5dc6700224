import { sha256Hex } from '../digest/sha256.ts'
import { isMakotoError } from '../errors.ts'
import type { TransformInput } from '../statement/index.ts'
import { readInvocation, stagesPath } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { passed, plural, refuted, skipped } from './check.ts'
import { actorOf } from './check-claims.ts'
import { signerOf } from './open-under-signer.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check, FailureCode } from './report.ts'
import { MAX_STAGES_BYTES, readStageLines, type StageLine } from './stage-lines.ts'

/** What became of an execution's stages. */
export interface StagesFinding {
  readonly check: Check
  readonly ref: string
  readonly sha256: string
  readonly bytes: number
  /** Empty where they could not be read or contradict. */
  readonly lines: readonly StageLine[]
}

/**
 * Follows `stagesRef` of a statement: the object lies where run and execution say, has the digest that was
 * signed and timestamped with the statement, and its lines lead, parents first, from datasets that the
 * execution read. Undefined where the statement names none.
 *
 * An object that is not there is `skipped`: it says more of how the data was made, nothing of what it was made from.
 *
 * @see FORMATS §3, docs/spec/predicates.md Stage
 */
export async function checkStages(
  { report }: Attestation,
  { store, skewMs }: { readonly store: Store; readonly skewMs: number },
): Promise<StagesFinding | undefined> {
  const { known, form } = report
  if (!report.accepted || (known?.kind !== 'origin' && known?.kind !== 'transform')) return undefined
  const { stagesRef, metadata } = known.predicate
  if (stagesRef === undefined) return undefined
  const found = { ref: stagesRef.ref, sha256: stagesRef.digest.sha256, bytes: 0, lines: [] }
  const refuse = (code: FailureCode, detail: string) => ({ ...found, check: refuted('stages', code, 'stages', detail) })
  const place = readInvocation(metadata?.invocationId)
  if (place === undefined || stagesRef.ref !== stagesPath(place.runId, place.owner, form))
    return refuse('reference-invalid', `${JSON.stringify(stagesRef.ref)} is not the place that run and execution give`)
  const object = await readStagesObject(store, stagesRef.ref)
  if (object === undefined) return { ...found, check: skipped('stages', 'stages', 'they are not in this store') }
  if (object === 'too-large') return refuse('stages-invalid', `${stagesRef.ref} is larger than is read`)
  if (sha256Hex(object) !== found.sha256)
    return refuse('stages-altered', `${stagesRef.ref} holds other bytes than were attested`)
  const actor = known.kind === 'transform' ? actorOf(known) : known.predicate.executor?.id
  const lines = readStageLines(object, { ...place, signer: signerOf(report), actor })
  if (typeof lines === 'string') return refuse('stages-invalid', `${stagesRef.ref}: ${lines}`)
  const inputs = known.kind === 'transform' ? known.predicate.inputs : []
  const fault = findFault(lines, { ref: stagesRef.ref, inputs, latest: latestEnd(report, skewMs) })
  if (fault !== undefined) return refuse('stages-invalid', `${stagesRef.ref}: ${fault}`)
  return { ...found, bytes: object.length, lines, check: passed('stages', 'stages', describeLines(lines)) }
}

export async function readStagesObject(store: Store, path: string): Promise<Uint8Array | undefined | 'too-large'> {
  try {
    return await store.get(path, { maxBytes: MAX_STAGES_BYTES })
  } catch (error) {
    if (isMakotoError(error, 'limit-exceeded')) return 'too-large'
    throw error
  }
}

/** The execution's verified time holds for its stages: none can have ended after it. */
const latestEnd = ({ times }: Attestation['report'], skewMs: number) =>
  (times[0]?.time.getTime() ?? Number.POSITIVE_INFINITY) + skewMs

interface Execution {
  /** Where the lines lie. */
  readonly ref: string
  /** What its statement says that it read; undefined where that is compared elsewhere. */
  readonly inputs?: readonly TransformInput[]
  /** The latest that a stage can have ended. */
  readonly latest?: number
}

/** What is wrong with lines among themselves, and with what the execution says beside them. */
export function findFault(lines: readonly StageLine[], execution: Execution): string | undefined {
  const before = new Map<string, StageLine>()
  for (const line of lines) {
    if (before.has(line.name)) return `${line.name} stands twice`
    const fault = faultOfInputs(line, before, execution) ?? faultOfParents(line, before)
    if (fault !== undefined) return `${line.name} ${fault}`
    if (Date.parse(line.stage.completedOn ?? '') > (execution.latest ?? Number.POSITIVE_INFINITY))
      return `${line.name} ended on ${line.stage.completedOn}, after the execution was attested`
    before.set(line.name, line)
  }
  return undefined
}

/** A stage reads what the execution has read, or a stage of a line before its own. */
function faultOfInputs(line: StageLine, before: ReadonlyMap<string, StageLine>, execution: Execution) {
  for (const input of line.inputs) {
    const parent = input.name.startsWith('stage:')
    const known = parent
      ? isLineBefore(input, before, execution.ref)
      : (execution.inputs?.some((read) => isSame(read, input)) ?? true)
    if (!known)
      return parent
        ? `is made from ${input.name}, which is no line before it`
        : `reads ${input.name}, which the execution did not`
  }
  return undefined
}

function isLineBefore(input: TransformInput, before: ReadonlyMap<string, StageLine>, ref: string): boolean {
  const parent = before.get(input.name)
  return (
    parent !== undefined &&
    input.attestationRef === ref &&
    input.attestationDigest?.sha256 === parent.line &&
    input.digest.sha256 === parent.subject
  )
}

const isSame = (a: TransformInput, b: TransformInput) =>
  a.name === b.name &&
  a.digest.sha256 === b.digest.sha256 &&
  a.digest.stateDigest === b.digest.stateDigest &&
  a.attestationRef === b.attestationRef &&
  a.attestationDigest?.sha256 === b.attestationDigest?.sha256

/** Every parent stage is a line before this one, or is said to belong to another execution. */
function faultOfParents({ name, stage, inputs, unresolved }: StageLine, before: ReadonlyMap<string, StageLine>) {
  const [run] = name.split('/')
  const stageOf = (input: { readonly name: string }) =>
    input.name.startsWith(`${run}/`) ? Number(/\/(\d+)\.\d+$/.exec(input.name)?.[1]) : undefined
  const stated = [...inputs, ...unresolved.filter(isElsewhere)]
  const missing = stage.parents.find((id) => !stated.some((input) => stageOf(input) === id))
  if (missing !== undefined) return `leaves out its parent stage ${missing}`
  const stranger = inputs.find((input) => before.has(input.name) && !stage.parents.includes(stageOf(input) ?? -1))
  return stranger && `is made from ${stranger.name}, which is none of its parents`
}

const isElsewhere = ({ reason }: StageLine['unresolved'][number]) => reason === 'stage-of-another-execution'

function describeLines(lines: readonly StageLine[]): string {
  const failed = lines.filter(({ stage }) => stage.outcome === 'failed').length
  const elsewhere = lines.flatMap(({ unresolved }) => unresolved).filter(isElsewhere).length
  return [
    plural(lines.length, 'stage'),
    ...(failed === 0 ? [] : [plural(failed, 'failed attempt')]),
    ...(elsewhere === 0
      ? []
      : [`${plural(elsewhere, 'parent')} of other executions, whose lines only their run shows`]),
  ].join(', ')
}
