import type { BundleForm, Report } from '@makoto/core/verify'

export const PAGE_SCHEMA = 'https://makoto.dev/schemas/report-page/v1'

/** Where an attestation lies among the objects. */
export interface Place {
  readonly subject: string
  readonly bundle: string
  readonly form: BundleForm
}

/** Everything that a page carries. It states what its maker found; only the reader's own keys make more of it. */
export interface ReportData {
  readonly schema: typeof PAGE_SCHEMA
  /** The program, with its version. */
  readonly madeBy: string
  /** Who ran it, where they say so. */
  readonly author?: string
  readonly report: Report
  /** The dataset's own attestation; null where none was accepted. */
  readonly attestation: Place | null
  /** The attestation of the version before, where the store holds it. */
  readonly previous: Place | null
  /** Paths of the store → base64: attestations, stages and lists of files. */
  readonly objects: Readonly<Record<string, string>>
  /** Objects that are too large to travel along. */
  readonly leftOut: readonly string[]
}
