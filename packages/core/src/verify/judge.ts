import {
  type CheckId,
  type Level,
  levelProven,
  REQUIREMENTS,
  type RequirementRow,
  type Status,
  statusOfRow,
} from '../trust/levels.ts'
import { QUESTIONS } from '../trust/questions.ts'
import { type Chain, linkChecks, type Node } from './chain.ts'
import type { ChainNode } from './chain-node.ts'
import { chainLevels, renderChain } from './chain-report.ts'
import { declared, firstRefutation, passed, plural, skipped, unmet, visible } from './check.ts'
import type { RenderingMode } from './check-rendering.ts'
import { findOpenInput } from './open-inputs.ts'
import { type Check, NOT_REACHED, type Report, type Requirement } from './report.ts'

export interface Policy {
  readonly required: 1 | 2 | 3
  /** `attested` refuses data that nobody vouched for and that was merely found when it was read. */
  readonly origins: 'any' | 'attested'
  /** `fail` refuses text with invisible characters. */
  readonly rendering?: RenderingMode
  /** What the caller's policy says of the chain. */
  readonly decision?: Check | undefined
}

export interface Judgement {
  readonly level: Level
  readonly failure?: NonNullable<Report['failure']>
  readonly observedOrigins: number
  readonly requirements: Requirement[]
  readonly checks: Check[]
  readonly chain: ChainNode[]
}

/**
 * Judges what was found: the level PROVEN, requirement by requirement, never the level that was claimed.
 * One contradiction anywhere in the chain, and nothing is proven.
 *
 * @see SPEC §3
 */
export function judge(own: readonly Check[], chain: Chain, policy: Policy): Judgement {
  const levels = chainLevels(chain)
  const rendered = renderChain(chain, levels)
  const upstream = chain.nodes.slice(1).flatMap(nameChecks)
  const edges = chain.nodes.flatMap(linkChecks)
  const summary = [
    ...chain.checks,
    ...checkReach(chain.nodes),
    ...checkOrigins(rendered, chain.nodes, policy),
    ...(policy.decision ? [policy.decision] : []),
  ]
  const answers = [...own, ...edges, ...upstream, ...summary]
  const refutation = firstRefutation(answers)
  const level = refutation === undefined ? levelProven(answers) : 0
  const failure = refutation
    ? { code: refutation.code, message: describe(refutation) }
    : judgePolicy(level, answers, policy)
  return {
    level,
    ...(failure ? { failure } : {}),
    observedOrigins: countObserved(rendered),
    requirements: REQUIREMENTS.map((row) => judgeRow(row, answers, refutation === undefined)),
    checks: [...own, ...chain.nodes.flatMap((node) => listChecks(node, levels)), ...summary],
    chain: rendered,
  }
}

/** The answers of an attestation upstream, each saying of whom it speaks. */
function nameChecks({ attestation }: Node): Check[] {
  const name = attestation.report.statement?.subject[0]?.name ?? attestation.path
  return attestation.report.checks.map((check) => ({ ...check, title: visible(`${check.title} of ${name}`) }))
}

/** What people read of one attestation's inputs: a line each, and every answer upstream that is not a pass. */
function listChecks(node: Node, levels: ReadonlyMap<string, Level>): Check[] {
  const { inputs, previous, checks, depth } = node
  const doubts =
    depth === 0 ? [] : nameChecks(node).filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
  const lines = inputs.flatMap(({ input, bundle, check }) => {
    const proven = bundle === undefined ? undefined : levels.get(bundle)
    const line =
      check.status === 'pass' && proven !== undefined ? { ...check, detail: `L${proven}, ${check.detail}` } : check
    const claimed = /^L([1-3])$/.exec(input.makotoLevel ?? '')?.[1]
    if (claimed === undefined || Number(claimed) <= (proven ?? 0)) return [line]
    return [line, declared('claimed-level', check.title, `said to be L${claimed}, proven L${proven ?? 0}`)]
  })
  return [...doubts, ...lines, ...(previous ? [previous.check] : []), ...checks]
}

function checkReach(nodes: readonly Node[]): Check[] {
  const edges = nodes.flatMap(({ inputs }) => inputs.map(({ check }) => check))
  if (edges.length === 0) return []
  const open = edges.filter(({ status }) => status !== 'pass').length
  if (open === 0) return [passed('chain', 'chain', `${plural(edges.length, 'input')} followed back to the origins`)]
  return [skipped('chain', 'chain', `${open} of ${plural(edges.length, 'input')} could not be followed`)]
}

const countObserved = (chain: readonly ChainNode[]) =>
  chain.filter(({ origin }) => origin?.collectionMethod === 'observed-at-read').length

function checkOrigins(chain: readonly ChainNode[], nodes: readonly Node[], { origins }: Policy): Check[] {
  const total = chain.filter(({ origin }) => origin !== undefined).length
  const observed = countObserved(chain)
  const [open] = origins === 'attested' ? nodes.flatMap((node) => findOpenInput(node) ?? []) : []
  if (open !== undefined) return [unmet('origins', 'origins', `not all are known: ${open}`)]
  if (total === 0) return []
  const counted = `${plural(total, 'origin')}, ${observed} of them only observed when read`
  if (observed === 0) return [passed('origins', 'origins', `${plural(total, 'origin')}, all attested`)]
  return [origins === 'attested' ? unmet('origins', 'origins', counted) : declared('origins', 'origins', counted)]
}

function judgePolicy(level: Level, answers: readonly Check[], policy: Policy): Report['failure'] {
  const { required, origins, rendering } = policy
  const missing = REQUIREMENTS.find((row) => row.level === level + 1 && row.gates && !holds(row, answers))
  if (level < required) {
    const reason = missing ? `: ${missing.id}, ${judgeRow(missing, answers, true).reason}` : ''
    return { code: 'level-not-met', message: `L${level} is proven, L${required} is required${reason}` }
  }
  const refused = (id: CheckId) => answers.find((answer) => answer.id === id && !isMet(answer.status))?.detail
  const policyRefused = refused('policy')
  if (policyRefused !== undefined) return { code: 'policy-not-met', message: `policy: ${policyRefused}` }
  const observed = origins === 'attested' ? refused('origins') : undefined
  if (observed !== undefined) return { code: 'origins-not-attested', message: observed }
  const invisible = rendering === 'fail' ? refused('rendering') : undefined
  if (invisible !== undefined) return { code: 'rendering-refused', message: `rendering: ${invisible}` }
  // Asked only where the caller named a greatest age.
  const old = refused('freshness')
  if (old !== undefined) return { code: 'not-fresh', message: `freshness: ${old}` }
  return undefined
}

function holds(row: RequirementRow, answers: readonly Check[]): boolean {
  return isMet(statusOfRow(row, answers))
}

const isMet = (status: Status) => status === 'pass' || status === 'not-applicable'

function judgeRow(row: RequirementRow, answers: readonly Check[], reached: boolean): Requirement {
  const { id, level, word, text } = row
  const status = statusOfRow(row, answers)
  const relevant = answers.filter((answer) => answer.id === row.check)
  return {
    id,
    level,
    word,
    status,
    text,
    evidence: tellEvidence(row, relevant),
    reason: relevant.length === 0 && reached ? tellUnasked(row, status) : tellReason(row, status, relevant),
  }
}

/** What was compared, and what came of it where it held. */
function tellEvidence({ check }: RequirementRow, relevant: readonly Check[]): string {
  const [first, ...more] = relevant.filter(({ status }) => status === 'pass')
  if (check === undefined || first === undefined) return ''
  const { compared } = QUESTIONS[check]
  if (more.length === 0) return `${compared}: ${first.detail}`
  return `${compared}: ${more.length + 1} of ${relevant.length} hold, first ${describe(first)}`
}

/** Everything was asked that there was to ask, and this was not among it. */
function tellUnasked(row: RequirementRow, status: Status): string {
  const unasked = row.check && QUESTIONS[row.check].unasked
  return unasked !== undefined && status === 'skipped' ? unasked : tellReason(row, status, [])
}

function tellReason({ otherwise }: RequirementRow, status: Status, relevant: readonly Check[]): string {
  if (otherwise !== undefined) return otherwise.reason
  if (status === 'pass') return ''
  const doubt = relevant.find((answer) => answer.status === status)
  if (doubt !== undefined) return describe(doubt)
  return status === 'not-applicable' ? 'the question does not arise here' : NOT_REACHED
}

const describe = ({ title, detail }: Check) => `${title}: ${detail}`
