import { sha256Hex } from '../digest/sha256.ts'
import { readStagesPath } from '../store/layout.ts'
import { refuted } from './check.ts'
import { findFault, readStagesObject } from './check-stages.ts'
import { isGenerated } from './completeness.ts'
import { signerOf } from './open-under-signer.ts'
import type { Check } from './report.ts'
import { type Fault, type RunBundle, type RunScope, touch } from './run-bundle.ts'
import { readStageLines, type StageLine } from './stage-lines.ts'

/**
 * Reads an object of stage lines that a run lists: by the run's signer, parents first, each accounting for its
 * parents. Undefined where the run does not list it.
 *
 * @see docs/spec/predicates.md Stage
 */
export async function readRunStages(
  path: string,
  wanted: ReadonlySet<string>,
  { store, runId, start }: RunScope,
): Promise<RunBundle | Fault | undefined> {
  const place = readStagesPath(path)
  if (place?.form !== start.report.form) return undefined
  const object = await readStagesObject(store, path)
  if (object === undefined || object === 'too-large') return undefined
  const digest = sha256Hex(object)
  // Anybody can put an object beside the run's own: only what the run lists is of it.
  if (!wanted.has(digest)) return undefined
  const owner = { runId, owner: place.owner, signer: signerOf(start.report), actor: start.actor }
  const lines = readStageLines(object, owner)
  const fault = typeof lines === 'string' ? lines : findFault(lines, { ref: path })
  if (typeof lines === 'string' || fault !== undefined)
    return { fault: `${path}: ${fault}`, of: digest, code: 'run-misstated' }
  return describeStages(lines, { path, digest })
}

function describeStages(lines: readonly StageLine[], { path, digest }: { path: string; digest: string }): RunBundle {
  const read = lines.flatMap(({ inputs }) => inputs.filter(({ name }) => !name.startsWith('stage:')))
  return {
    kind: 'stages',
    digest,
    path,
    reads: read.map(touch),
    wrote: undefined,
    observed: undefined,
    inputs: read,
    unresolved: lines.flatMap(outsideOf),
    reasons: [...new Set(lines.flatMap((line) => doubtsAbout(line, path)))],
    sources: [],
    stagesRef: undefined,
    stages: {
      lines: lines.length,
      failed: lines.filter(({ stage }) => stage.outcome === 'failed').length,
      names: lines.map(({ name }) => name),
      elsewhere: lines.flatMap(elsewhereOf),
    },
  }
}

type Unresolved = StageLine['unresolved'][number]

/** `stage:<runId>` of a line, which was compared with the run. */
const runOf = ({ name }: StageLine) => name.split('/', 1)[0] ?? ''

const isElsewhere = ({ name, reason }: Unresolved, run: string) =>
  reason === 'stage-of-another-execution' && name.startsWith(`${run}/`)

const elsewhereOf = (line: StageLine) =>
  line.unresolved.filter((input) => isElsewhere(input, runOf(line))).map(({ name }) => name)

/** Unresolved for a stage is also what another line holds, and rows that it made itself: neither was read from outside. */
const outsideOf = (line: StageLine) =>
  line.unresolved.filter((input) => !isGenerated(input) && !isElsewhere(input, runOf(line)))

/**
 * Bytes that a stage read or wrote without anything being named for them. Jobs outside SQL state their stages and
 * not their outputs, so what they wrote shows here only.
 */
function doubtsAbout(line: StageLine, path: string): string[] {
  const { stage, inputs } = line
  const outside = outsideOf(line)
  const wrote = Number(stage.bytesWritten ?? 0) > 0 || Number(stage.recordsWritten ?? 0) > 0
  const read = Number(stage.bytesRead ?? 0) > 0 || Number(stage.recordsRead ?? 0) > 0
  const named = inputs.some(({ name }) => !name.startsWith('stage:')) || outside.length > 0
  return [
    ...(wrote && readStagesPath(path)?.owner.startsWith('job-') ? ['output-not-named'] : []),
    ...(read && !named ? ['input-not-named'] : []),
    ...outside.map(({ reason }) => reason),
  ]
}

/**
 * Whether each execution names its own stages, and none of them read what it did not. What names stages that the
 * run does not list is `findUnlisted`'s.
 */
export function compareStages(found: readonly RunBundle[]): Check[] {
  const objects = new Map(found.filter(({ kind }) => kind === 'stages').map((bundle) => [bundle.digest, bundle]))
  return found.flatMap(({ path, reads, stagesRef }) => {
    const stages = stagesRef && objects.get(stagesRef.sha256)
    if (stages === undefined) return []
    const known = new Set(reads.map(({ name, sha256 }) => `${name}\n${sha256}`))
    const stray = stages.reads.find(({ name, sha256 }) => !known.has(`${name}\n${sha256}`))
    const fault =
      stages.path !== stagesRef?.path
        ? `names its stages at ${stagesRef?.path}, they lie at ${stages.path}`
        : stray && `did not read ${stray.name}, version ${stray.sha256}, its stages did`
    return fault === undefined ? [] : [refuted('bundles', 'run-misstated', 'bundles', `${path} ${fault}`)]
  })
}

/** Stages that an execution names and the run does not list. */
export function findUnlisted(found: readonly RunBundle[], listed: readonly string[]): string | undefined {
  const all = new Set(listed)
  return found.find(({ stagesRef }) => stagesRef !== undefined && !all.has(stagesRef.sha256))?.stagesRef?.path
}

/** A parent that is said to be a stage of another execution, and that no line of the run states. */
export function findLostParent(found: readonly RunBundle[]): string | undefined {
  const stated = new Set(found.flatMap(({ stages }) => stages.names))
  return found.flatMap(({ stages }) => stages.elsewhere).find((name) => !stated.has(name))
}
