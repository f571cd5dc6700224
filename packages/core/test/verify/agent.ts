import {
  buildRun,
  digestFacts,
  encodeHex,
  encodeUtf8,
  identityOf,
  merkleRoot,
  PREDICATE,
  type RunRecord,
  requestTimestamp,
  type Signer,
  type Statement,
  serializeStatement,
  sha256Hex,
  signStatement,
  stageName,
  TRANSFORM,
  type TransformInput,
  type TransformPredicate,
} from '@makoto/core'
import { type Attested, referTo, type Scene, type TransformChanges } from './scene.ts'

export const RUN = 'app-20261121~1~0123456789abcdef'

export interface StageWords {
  readonly id: number
  readonly parents?: readonly number[]
  readonly outcome?: 'succeeded' | 'failed'
  /** Datasets that it scans. */
  readonly reads?: readonly Attested[]
  readonly edit?: (statement: Statement<TransformPredicate>) => Statement<object>
  readonly signer?: Signer
  readonly facts?: object
}

export type StagesRef = { readonly ref: string; readonly digest: { readonly sha256: string } }

/** A Spark agent that is played by hand: it states runs and stages as the JVM's does. */
export interface Agent {
  /** The object of stage lines, stored; `arrange` has the last word about its lines. */
  readonly stages: (
    owner: string,
    stages: readonly StageWords[],
    arrange?: (lines: string[]) => string[],
  ) => Promise<StagesRef>
  /** An output of one execution, with its stages. */
  readonly output: (
    dataset: string,
    inputs: readonly Attested[],
    execution: string,
    changes?: TransformChanges,
  ) => Promise<Attested>
  readonly start: (changes?: Partial<Extract<RunRecord, { kind: 'start' }>>) => Promise<string>
  readonly checkpoint: (bundles: readonly string[], changes?: RecordChanges) => Promise<string>
  /** The seal over everything that was listed, then `changes`. */
  readonly seal: (bundles: readonly string[], changes?: RecordChanges & SealWords) => Promise<string>
}

export interface RecordChanges {
  readonly record?: object
  readonly signer?: Signer
  readonly timestamp?: boolean
  /** Where it is stored, if not under its own number. */
  readonly number?: number
}

export interface SealWords {
  readonly reads?: readonly Attested[]
  readonly writes?: readonly Attested[]
}

/** @param signs whether it has a key: without one it writes bare statements */
export function openAgent(scene: Scene, runId = RUN, signs = true): Agent {
  const listed: string[] = []
  let sequence = 0
  let previous: string | null = null

  const sign = async (statement: Statement<object>, signer: Signer, timestamp: boolean) =>
    signs
      ? signStatement(
          serializeStatement(statement),
          signer,
          timestamp ? { timestamp: (signature) => requestTimestamp(scene.authority.url, signature) } : {},
        )
      : serializeStatement(statement)
  const form = signs ? 'sigstore' : 'intoto'

  const record = async (
    run: object,
    { record = {}, signer = scene.signer, timestamp = true, number }: RecordChanges,
  ) => {
    const words = { runId, sequence, time: scene.now().toISOString(), ...run, ...record } as RunRecord
    const executor = { id: `${scene.signer.id}#agent`, platform: 'apache-spark' }
    const bytes = await sign(buildRun({ run: words, executor }), signer, timestamp)
    const bundle = sha256Hex(bytes)
    const at = String(number ?? words.sequence).padStart(6, '0')
    await scene.store.put(`runs/${runId}/${at}_${bundle}`, bytes)
    sequence = words.sequence + 1
    previous = bundle
    return bundle
  }

  const list = (bundles: readonly string[]) => {
    listed.push(...bundles)
    return { bundles: [...bundles], previousRunBundle: previous }
  }

  return {
    stages: async (owner, stages, arrange = (lines) => lines) => {
      const ref = `runs/${runId}/stages/${owner}.${form}.jsonl`
      const lines: string[] = []
      const known = new Map<number, { name: string; subject: string; line: string }>()
      for (const words of stages) {
        const { statement, name, subject } = stateStage(words, { runId, owner, ref, actor: scene.signer.id, known })
        const bytes = await sign(words.edit?.(statement) ?? statement, words.signer ?? scene.signer, false)
        known.set(words.id, { name, subject, line: sha256Hex(bytes) })
        lines.push(new TextDecoder().decode(bytes))
      }
      const object = encodeUtf8(
        arrange(lines)
          .map((line) => `${line}\n`)
          .join(''),
      )
      await scene.store.put(ref, object)
      return { ref, digest: { sha256: sha256Hex(object) } }
    },
    output: (dataset, inputs, execution, changes = {}) =>
      scene.transform(dataset, inputs, {
        run: runId,
        execution,
        ...(signs ? {} : { signer: null }),
        ...changes,
        predicate: {
          metadata: {
            invocationId: `${runId}/${execution}`,
            startedOn: scene.now().toISOString(),
            finishedOn: scene.now().toISOString(),
          },
          ...changes.predicate,
        },
      }),
    start: (changes = {}) =>
      record({ kind: 'start', applicationId: 'app', configuration: { stages: 'all' } }, { record: changes }),
    checkpoint: async (bundles, changes = {}) => record({ kind: 'checkpoint', ...list(bundles) }, changes),
    seal: async (bundles, { reads = [], writes = [], ...changes } = {}) => {
      const words = list(bundles)
      const touched = (all: readonly Attested[]) => all.map(({ name, sha256 }) => ({ name, digest: { sha256 } }))
      return record(
        {
          kind: 'seal',
          ...words,
          total: listed.length,
          root: encodeHex(merkleRoot(listed.map((digest) => Uint8Array.from(Buffer.from(digest, 'hex'))))),
          outcome: 'succeeded',
          executions: { succeeded: 1, failed: 0 },
          droppedEvents: 0,
          gaps: [],
          reads: touched(reads),
          writes: touched(writes),
        },
        changes,
      )
    },
  }
}

interface StageScope {
  readonly runId: string
  readonly owner: string
  readonly ref: string
  readonly actor: string
  readonly known: ReadonlyMap<number, { readonly name: string; readonly subject: string; readonly line: string }>
}

function stateStage(
  { id, parents = [], outcome = 'succeeded', reads = [], facts = {} }: StageWords,
  { runId, owner, ref, actor, known }: StageScope,
) {
  const stage = {
    stageId: id,
    attempt: 0,
    name: `stage ${id}`,
    executionId: owner,
    parents: [...parents],
    outcome,
    ...facts,
  }
  const name = stageName(runId, stage)
  const subject = digestFacts(stage)
  const made = parents.flatMap((parent): TransformInput[] => {
    const line = known.get(parent)
    return line
      ? [
          {
            name: line.name,
            digest: { sha256: line.subject },
            attestationRef: ref,
            attestationDigest: { sha256: line.line },
          },
        ]
      : []
  })
  const statement: Statement<TransformPredicate> = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name,
        digest: { sha256: subject },
        annotations: {
          kind: 'stage',
          identity: identityOf({
            predicateType: PREDICATE.transform,
            name,
            sha256: subject,
            run: runId,
            version: owner,
          }),
        },
      },
    ],
    predicateType: PREDICATE.transform,
    predicate: {
      inputs: [...reads.map(referTo), ...made],
      transform: { type: TRANSFORM.sparkStage, name: stage.name, parameters: { stage } },
      executor: { id: `${actor}#agent`, platform: 'apache-spark' },
      metadata: { invocationId: `${runId}/${owner}` },
    },
  }
  return { statement, name, subject }
}
