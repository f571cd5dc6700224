import {
  decodeUtf8,
  encodeUtf8,
  isMakotoError,
  parseBundle,
  parseStatement,
  type Store,
  sha256Hex,
} from '@makoto/core/verify'
import { type JobFacts, orUnreadable } from './facts.ts'

export interface StageFacts {
  readonly name: string
  readonly title: string
  readonly rows: readonly (readonly [string, string])[]
}

export interface StagesOfJob {
  readonly job: JobFacts
  readonly stages: readonly StageFacts[]
  /** True where the object has the digest that the job's statement names: then the job's signature covers it. */
  readonly bound: boolean
}

const MAX_BYTES = 4 * 1024 * 1024
const MAX_STAGES = 500

export const readStages = (store: Store, job: JobFacts): Promise<StagesOfJob | undefined> =>
  orUnreadable(() => readLines(store, job))

async function readLines(store: Store, job: JobFacts): Promise<StagesOfJob | undefined> {
  const known = job.outputs[0]?.version?.known
  const reference = known?.kind === 'transform' || known?.kind === 'origin' ? known.predicate.stagesRef : undefined
  const bytes = reference && (await store.get(reference.ref, { maxBytes: MAX_BYTES }))
  if (reference === undefined || bytes === undefined) return undefined
  const lines = decodeUtf8(bytes).split('\n').filter(Boolean).slice(0, MAX_STAGES)
  return {
    job,
    bound: sha256Hex(bytes) === reference.digest.sha256,
    stages: lines.flatMap((line) => readStage(line, reference.ref.includes('.intoto.')) ?? []),
  }
}

function readStage(line: string, unsigned: boolean): StageFacts | undefined {
  try {
    const bytes = encodeUtf8(line)
    const { subject, predicate } = parseStatement(unsigned ? bytes : parseBundle(bytes).payload)
    const facts = fieldOf(fieldOf(fieldOf(predicate, 'transform'), 'parameters'), 'stage')
    const name = subject[0]?.name ?? 'stage'
    return { name, title: textOf(facts, 'name') ?? name, rows: describe(facts) }
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}

const FIELDS = [
  ['outcome', 'outcome'],
  ['tasks', 'tasks'],
  ['records read', 'recordsRead'],
  ['bytes read', 'bytesRead'],
  ['records written', 'recordsWritten'],
  ['bytes written', 'bytesWritten'],
  ['began', 'submittedOn'],
  ['ended', 'completedOn'],
] as const

function describe(facts: unknown): (readonly [string, string])[] {
  return FIELDS.flatMap(([label, field]) => {
    const value = textOf(facts, field)
    return value === undefined ? [] : [[label, value] as const]
  })
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field)
    ? Reflect.get(value, field)
    : undefined
}

function textOf(value: unknown, field: string): string | undefined {
  const found = fieldOf(value, field)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined
}
