import type { Subject, TransformInput } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import type { NumberedRecord } from './read-run-records.ts'
import type { Check, FailureCode } from './report.ts'
import type { Touched } from './run-report.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

type Unresolved = { readonly name: string; readonly reason: string }

/** What one bundle of a run says of what the run touched. */
export interface RunBundle {
  readonly kind: 'dataset' | 'stages'
  readonly digest: string
  readonly path: string
  readonly reads: readonly Touched[]
  /** The version that it attests, with every name of it; undefined for stages and for what was merely found. */
  readonly wrote: { readonly subject: Subject; readonly sha256: string } | undefined
  /** What was merely found, by the statement of the run that found it. */
  readonly observed: Subject | undefined
  /** Datasets that it names as read, as it names them. */
  readonly inputs: readonly TransformInput[]
  readonly unresolved: readonly Unresolved[]
  /** Why it says less than all. */
  readonly reasons: readonly string[]
  /** Attestations that it names for its inputs. */
  readonly sources: readonly { readonly path: string; readonly name: string }[]
  /** Of a dataset: the lines of the execution that made it. */
  readonly stagesRef: { readonly path: string; readonly sha256: string } | undefined
  readonly stages: StageNames
}

export interface RunBundles {
  readonly found: readonly RunBundle[]
  /** Digests that the run lists and nothing in the store has. */
  readonly missing: readonly string[]
  /** What contradicts: a bundle altered, of another signer, or of another run. */
  readonly checks: readonly Check[]
}

export interface RunScope {
  readonly store: Store
  readonly runId: string
  readonly start: NumberedRecord
  readonly trust: VerifyBundleOptions
  /** Paths of the run's stage lines. */
  readonly stages: readonly string[]
  /** Digests of dataset versions that the seal names: where the run's attestations lie. */
  readonly subjects: readonly string[]
}

/** The stage attempts that one object states. */
export interface StageNames {
  readonly lines: number
  readonly failed: number
  readonly names: readonly string[]
  /** Parents that are said to stand in another object of the same run. */
  readonly elsewhere: readonly string[]
}

export const NO_STAGES: StageNames = { lines: 0, failed: 0, names: [], elsewhere: [] }

export const touch = ({ name, digest }: TransformInput): Touched => ({ name, sha256: digest.sha256 })

/** A bundle that the run lists and that contradicts. */
export type Fault = { readonly fault: string; readonly of: string; readonly code: FailureCode }

/** What a run read and wrote: by its seal, and by its attestations and stages. */
export interface TouchedDatasets {
  readonly reads: readonly Touched[]
  readonly writes: readonly Touched[]
  readonly unresolved: readonly { readonly name: string; readonly reason: string }[]
  readonly checks: readonly Check[]
}
