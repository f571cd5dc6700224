/** An attestation of the chain, cut to what rules ask. */
export interface PolicySubject {
  readonly depth: number
  readonly name: string
  /** The name of its location, where the statement gives one: rules for it hold as well. */
  readonly location?: string
  readonly sha256: string
  /** `file`, `files` or a kind of table, as the statement has it. */
  readonly kind?: string
  readonly bundle: string
  readonly predicateType: string
  /** The level of it and of everything that it was made from. */
  readonly level: number
  readonly signer: SignerFacts | undefined
  /** From when its age counts: the earlier of the stated time and the earliest verified one. */
  readonly time: Date | undefined
  /** In the chain only because a later version kept files of it, or because it was made into such a one. */
  readonly earlier?: boolean
  readonly transform?: string
  readonly platform?: string
  /** `<run id>/<execution id>` as the statement has it. */
  readonly invocation?: string
  /** Bundles that it stands on: its inputs, and the version before it whose files it kept. */
  readonly inputs: readonly string[]
  /** An origin that was merely found when it was read. */
  readonly observed: boolean
  /** What it was made from and leads to no attestation, so that nobody knows its origin. */
  readonly open?: string
}

export interface SignerFacts {
  readonly kind: 'key' | 'certificate'
  readonly id: string
  readonly issuer?: string
  /** Of a certificate: H of the root that certified it. */
  readonly authorityId?: string
}

/** What a run is proven to have read and written. */
export interface RunFacts {
  readonly complete: boolean
  readonly reason: string
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** Where a decision finds what does not stand in the chain. */
export interface PolicyEvidence {
  /** The moment of the verification. */
  readonly at: Date
  /** Signers of all accepted attestations of this version under this name. */
  signersOf(subject: PolicySubject): Promise<readonly SignerFacts[]>
  /** The verified run that made it and lists it; undefined where there is none. */
  run(subject: PolicySubject): Promise<RunFacts | undefined>
  /** What the scan of the data that was read now has found; undefined where it was not read. */
  rendering(): { readonly verdict: 'pass' | 'warn' | 'fail'; readonly detail: string } | undefined
}
