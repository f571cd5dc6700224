import type { Dbom } from './dbom.ts'
import { identityOf } from './identity.ts'
import { PREDICATE } from './predicate-types.ts'
import { STATEMENT_TYPE, type Statement, type SubjectKind } from './statement.ts'

export interface DbomOptions {
  /** The dataset, or the run with its seal's digest, that the DBOM is of. */
  readonly subject: {
    readonly name: string
    readonly uri?: string
    readonly sha256: string
    readonly kind: SubjectKind
  }
  readonly run?: string
  readonly version?: string
  readonly dbom: Dbom
}

/** States a DBOM as the predicate of a dataset or run. @see FORMATS §3, docs/spec/predicates.md Run */
export function buildDbom({ subject, run, version, dbom }: DbomOptions): Statement<Dbom> {
  const { name, uri, sha256, kind } = subject
  const identity = identityOf({
    predicateType: PREDICATE.dbom,
    name,
    sha256,
    run: run ?? null,
    version: version ?? null,
  })
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name, ...(uri === undefined ? {} : { uri }), digest: { sha256 }, annotations: { kind, identity } }],
    predicateType: PREDICATE.dbom,
    predicate: dbom,
  }
}
