import { identityOf } from './identity.ts'
import { PREDICATE } from './predicate-types.ts'
import type { RunPredicate } from './run.ts'
import { digestFacts } from './stage.ts'
import { STATEMENT_TYPE, type Statement } from './statement.ts'

/** States one numbered record of a run. @see FORMATS §2, §3, docs/spec/predicates.md Run */
export function buildRun({ run, executor, ...fields }: RunPredicate): Statement<RunPredicate> {
  const name = `run:${run.runId}`
  const digest = digestFacts(run)
  const identity = identityOf({
    predicateType: PREDICATE.run,
    name,
    sha256: digest,
    run: run.runId,
    version: String(run.sequence),
  })
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: digest }, annotations: { kind: 'run', identity } }],
    predicateType: PREDICATE.run,
    predicate: { ...fields, run, executor },
  }
}
