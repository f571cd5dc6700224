import { type AttestationReport, type Check, type Store, verifyAttestation } from '@makoto/core/verify'
import type { ReportData } from '../report-data.ts'
import type { ReaderTrust } from './reader-trust.ts'
import { countOf } from './words.ts'

/** What the reader's own browser found under the reader's own trust. */
export interface HereReport {
  readonly verified: boolean
  readonly level: number
  readonly sentence: string
  /** Digests of the bundles whose signature held under a key of the reader's. */
  readonly signed: ReadonlySet<string>
  readonly checks: readonly Check[]
}

/**
 * Verifies the attestations that the page carries. Says `verified` only where the dataset's own attestation, and every
 * one that it was made from, was accepted under the reader's keys, and where it speaks of what the page speaks of.
 */
export async function verifyHere(data: ReportData, store: Store, reader: ReaderTrust): Promise<HereReport> {
  const { trust, policy } = reader
  if (trust.keys.length === 0 && !trust.identities?.length)
    return refuse('No key was given yet, and without one nobody is believed.')
  if (data.attestation === null) return refuse('The page carries no attestation of this dataset.')
  const found = await verifyAttestation(data.attestation, { store, trust: { ...trust, at: new Date() }, policy })
  const signed = listSigned(found)
  if (found.failure !== undefined) return refuse(`${found.failure.message}.`, found.checks)
  const fault = findMismatch(data, found) ?? findUnsigned(found, signed)
  if (fault !== undefined) return refuse(fault, found.checks)
  return { verified: true, level: found.level, sentence: tell(data, found, reader), signed, checks: found.checks }
}

const refuse = (sentence: string, checks: readonly Check[] = []): HereReport => ({
  verified: false,
  level: 0,
  sentence,
  signed: new Set(),
  checks,
})

/** The verifier names a signer only where the reader's own trust does. */
function listSigned({ chain }: AttestationReport): Set<string> {
  return new Set(chain.flatMap(({ signer, bundle }) => (signer === null ? [] : [bundle])))
}

/** A good attestation beside a report about something else proves nothing about it. */
function findMismatch({ report }: ReportData, { attestation, chain }: AttestationReport): string | undefined {
  const [subject, ...more] = attestation?.report.statement?.subject ?? []
  if (subject?.digest.sha256 !== report.dataset.sha256 || more.length > 0)
    return 'The attestation is about other bytes than the report.'
  if (report.chain.find(({ depth }) => depth === 0)?.name !== subject.name)
    return 'The attestation is about another dataset than the report.'
  const found = chain.map(({ bundle }) => bundle).sort()
  const stated = report.chain.map(({ bundle }) => bundle).sort()
  if (found.join() !== stated.join()) return 'The report shows another chain than its attestations make.'
  return undefined
}

function findUnsigned({ chain }: AttestationReport, signed: ReadonlySet<string>): string | undefined {
  const open = chain.filter(({ bundle }) => !signed.has(bundle))
  if (chain.length === 0) return 'Nothing in the page could be verified.'
  if (open.length === 0) return undefined
  return `${open.length} of ${countOf(chain.length, 'attestation')} verified under no key of yours: ${open[0]?.name}.`
}

function tell({ report }: ReportData, { level, chain, checks }: AttestationReport, { policy }: ReaderTrust): string {
  const under = policy === undefined ? 'verified under your key' : 'verified under your policy'
  const proven = `${countOf(chain.length, 'attestation')} ${under}: level ${level} is proven for data with this digest.`
  if (level >= report.level) return proven
  const missing = checks.find(({ id, status }) => id === 'timestamp' && status === 'skipped')
  const why =
    missing === undefined ? '' : ' Their timestamps were not checked: drop the root of the timestamp authority too.'
  return `${proven} The report states level ${report.level}.${why}`
}
