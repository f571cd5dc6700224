import { readDuration } from '../duration.ts'
import { findOutside, matchDatasetGlob, matchGlob } from '../name-glob.ts'
import { PREDICATE, TRANSFORM } from '../statement/index.ts'
import { findOriginFault } from './find-origin-fault.ts'
import { nameOf } from './match-signer.ts'
import type { Policy } from './policy.ts'
import type { PolicyRule } from './policy-document.ts'
import type { PolicyEvidence, PolicySubject, RunFacts } from './policy-evidence.ts'

/** One rule, one condition, one dataset: what was compared, and whether it holds. */
export interface PolicyAnswer {
  readonly rule: string
  readonly dataset: string
  readonly condition: string
  readonly status: 'pass' | 'fail' | 'not-applicable'
  readonly evidence: string
}

export interface PolicyDecision {
  readonly allowed: boolean
  readonly answers: readonly PolicyAnswer[]
}

type Answer = readonly [status: PolicyAnswer['status'], evidence: string]
type Condition = (
  rule: PolicyRule,
  subject: PolicySubject,
  context: Context,
) => Answer | undefined | Promise<Answer | undefined>
interface Context {
  readonly policy: Policy
  readonly evidence: PolicyEvidence
  readonly chain: ReadonlyMap<string, PolicySubject>
}

/**
 * Decides whether every dataset of a chain is what the policy asks, and says by which rule and what evidence.
 *
 * All rules that name a dataset must hold for it; a dataset that no rule names is refused, be it ever so far upstream.
 *
 * @see SPEC §3 L2.V.4, L2.V.7, L2.V.12
 */
export async function decidePolicy(
  policy: Policy,
  subjects: readonly PolicySubject[],
  evidence: PolicyEvidence,
): Promise<PolicyDecision> {
  const chain = new Map(subjects.map((subject) => [subject.bundle, subject]))
  const answers: PolicyAnswer[] = []
  for (const subject of subjects) answers.push(...(await decideDataset(subject, { policy, evidence, chain })))
  return { allowed: subjects.length > 0 && answers.every(({ status }) => status !== 'fail'), answers }
}

async function decideDataset(subject: PolicySubject, context: Context): Promise<PolicyAnswer[]> {
  const rules = rulesFor(context.policy, ...namesOf(subject))
  const answers: PolicyAnswer[] = []
  const tell = (rule: string, condition: string, [status, text]: Answer) =>
    answers.push({ rule, dataset: subject.name, condition, status, evidence: text })
  if (rules.length === 0) tell('', 'datasets', ['fail', 'no rule names this dataset'])
  for (const rule of rules) {
    if (Object.keys(rule).every((field) => field === 'name' || field === 'datasets'))
      tell(rule.name, 'datasets', ['pass', 'named, and nothing more is asked'])
    for (const [name, condition] of Object.entries(CONDITIONS)) {
      const answer = await condition(rule, subject, context)
      if (answer !== undefined) tell(rule.name, name, answer)
    }
  }
  return answers
}

const namesOf = ({ name, location }: PolicySubject) => (location === undefined ? [name] : [name, location])

/** The rules that name a dataset by any of its names: who gives it a second one escapes no rule of the first. */
export function rulesFor({ rules }: Pick<Policy, 'rules'>, ...names: readonly string[]): readonly PolicyRule[] {
  return rules.filter(({ datasets }) => datasets.some((glob) => names.some((name) => matchDatasetGlob(glob, name))))
}

const judge = (holds: boolean, evidence: string): Answer => [holds ? 'pass' : 'fail', evidence]

/** One entry for each field of a rule: a field without one would be believed and not enforced. */
const CONDITIONS: Record<Exclude<keyof PolicyRule, 'name' | 'datasets'>, Condition> = {
  attestedBy: ({ attestedBy }, { signer }, { policy }) => {
    if (attestedBy === undefined) return undefined
    if (signer === undefined) return judge(false, 'not signed')
    const name = nameOf(signer, attestedBy, policy)
    return judge(
      name !== undefined,
      name === undefined ? `${signer.id} is none of ${attestedBy.join(', ')}` : `${name}: ${signer.id}`,
    )
  },
  predicates: ({ predicates }, { predicateType }) =>
    predicates &&
    judge(
      predicates.some((name) => PREDICATE[name] === predicateType),
      predicateType,
    ),
  platforms: ({ platforms }, { platform, transform }) => {
    if (platforms === undefined) return undefined
    if (transform === undefined) return ['not-applicable', 'nothing was executed']
    return judge(
      platform !== undefined && platforms.some((glob) => matchGlob(glob, platform)),
      platform ?? 'no platform is stated',
    )
  },
  transforms: ({ transforms }, { transform }) => {
    if (transforms === undefined) return undefined
    if (transform === undefined) return ['not-applicable', 'it is no transform']
    const allowed = transforms.map((type) => (type in TRANSFORM ? TRANSFORM[type as keyof typeof TRANSFORM] : type))
    return judge(allowed.includes(transform), transform)
  },
  level: ({ level }, subject) => level && judge(subject.level >= level, `L${subject.level} is proven, L${level} asked`),
  maxAge: ({ maxAge }, { time, earlier }, { evidence }) => {
    if (maxAge === undefined) return undefined
    if (earlier) return ['not-applicable', 'an earlier version, or what one was made from']
    if (time === undefined) return judge(false, 'no verified time, or none that its statement gives')
    const age = evidence.at.getTime() - time.getTime()
    return judge(
      age <= (readDuration(maxAge) ?? 0),
      `attested ${time.toISOString()}, at most ${maxAge} before ${evidence.at.toISOString()}`,
    )
  },
  // The reasons themselves are accepted where completeness is judged; a partial statement is at most L1 otherwise.
  acceptPartial: ({ acceptPartial }) =>
    acceptPartial && [
      'pass',
      acceptPartial.length === 0 ? 'no reason for being partial is accepted' : `accepted: ${acceptPartial.join(', ')}`,
    ],
  origins: ({ origins }, subject, { chain }) => {
    if (origins !== 'attested') return undefined
    const fault = findOriginFault(subject, chain)
    return judge(fault === undefined, fault ?? 'every origin was attested')
  },
  reviewers: async ({ reviewers }, subject, { policy, evidence }) => {
    if (reviewers === undefined) return undefined
    const signers = await evidence.signersOf(subject)
    const names = new Set(reviewers.from.filter((name) => signers.some((signer) => nameOf(signer, [name], policy))))
    const ids = new Set(signers.filter((signer) => nameOf(signer, reviewers.from, policy)).map(({ id }) => id))
    const count = Math.min(names.size, ids.size)
    return judge(
      count >= reviewers.count,
      `${count} of ${reviewers.count}${names.size > 0 ? `: ${[...names].join(', ')}` : ''}`,
    )
  },
  run: async ({ run: asked }, subject, { evidence }) => {
    if (asked === undefined) return undefined
    if (subject.transform === undefined) return ['not-applicable', 'no run made it']
    const run = await evidence.run(subject)
    return run === undefined ? judge(false, 'no verified run lists this attestation') : judgeRun(run, asked)
  },
  rendering: ({ rendering }, { depth }, { evidence }) => {
    if (rendering === undefined) return undefined
    const scan = depth === 0 ? evidence.rendering() : undefined
    if (depth > 0) return ['not-applicable', 'its bytes are not read here']
    if (scan === undefined) return judge(rendering === 'allow', 'its bytes were not scanned')
    return judge(scan.verdict === 'pass' || rendering !== 'fail', scan.detail)
  },
}

/** A run that is not complete may have read and written more than it says, so nothing about "only" holds. */
function judgeRun(run: RunFacts, { reads, writes }: NonNullable<PolicyRule['run']>): Answer {
  if (!run.complete) return judge(false, `the run is not complete: ${run.reason}`)
  const strayRead = reads && findOutside(run.reads, reads)
  if (strayRead !== undefined) return judge(false, `it read ${strayRead}`)
  const strayWrite = writes && findOutside(run.writes, writes)
  if (strayWrite !== undefined) return judge(false, `it wrote ${strayWrite}`)
  return judge(true, `complete: ${run.reads.length} datasets read, ${run.writes.length} written`)
}

/**
 * Reasons for being partial that the rules for this dataset accept together: each rule that asks for a level or speaks of reasons must
 * accept one, so that a rule can narrow what others allow and never widen it.
 */
export function acceptedReasons(policy: Pick<Policy, 'rules'>, ...names: readonly string[]): readonly string[] {
  const speaking = rulesFor(policy, ...names).filter(({ level, acceptPartial }) => level !== undefined || acceptPartial)
  const [first, ...others] = speaking.map(({ acceptPartial = [] }) => acceptPartial)
  return (first ?? []).filter((reason) => others.every((accepted) => accepted.includes(reason)))
}

/** The highest level that a rule asks for this dataset. */
export function requiredLevel(policy: Pick<Policy, 'rules'>, ...names: readonly string[]): 1 | 2 | 3 | undefined {
  return rulesFor(policy, ...names)
    .flatMap(({ level }) => level ?? [])
    .sort()
    .at(-1)
}
