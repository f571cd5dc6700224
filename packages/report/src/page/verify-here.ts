import { type AttestationReport, type Check, type Store, verifyAttestation } from '@makoto/core/verify'
import type { ReportData } from '../report-data.ts'
import { findMisstated, findUndated, listUnreached } from './compare-stated.ts'
import type { ReaderTrust } from './reader-trust.ts'
import { countOf } from './words.ts'

/** What the reader's own browser found under the reader's own trust. */
export interface HereReport {
  /** `partly`: nothing contradicts, and the page states more than came out here. */
  readonly standing: 'verified' | 'partly' | 'refused'
  readonly sentence: string
  readonly level: number
  /** What each attestation of the chain came to, by the digest of its bundle. Empty where anything was refused. */
  readonly levels: ReadonlyMap<string, number>
  readonly checks: readonly Check[]
}

/**
 * Verifies the attestations that the page carries. `verified` only where the dataset's own attestation, and every one
 * that it was made from, was accepted under the reader's keys, where they say what the page says, and reach what it states.
 */
export async function verifyHere(data: ReportData, store: Store, reader: ReaderTrust): Promise<HereReport> {
  const { trust, policy } = reader
  if (trust.keys.length === 0 && !trust.identities?.length)
    return refuse('No key was given yet, and without one nobody is believed.')
  if (data.attestation === null) return refuse('The page carries no attestation of this dataset.')
  const found = await verifyAttestation(data.attestation, { store, trust: { ...trust, at: new Date() }, policy })
  if (found.failure !== undefined) return refuse(`${found.failure.message}.`, found.checks)
  const fault = findMisstated(data, found) ?? findUnsigned(found)
  if (fault !== undefined) return refuse(fault, found.checks)
  const missing = findMissing(data, found)
  return {
    standing: missing === undefined ? 'verified' : 'partly',
    sentence: `${tell(found, reader)}${missing === undefined ? '' : ` ${missing}`}`,
    level: found.level,
    levels: new Map(found.chain.map(({ bundle, level }) => [bundle, level])),
    checks: found.checks,
  }
}

export const refuse = (sentence: string, checks: readonly Check[] = []): HereReport => ({
  standing: 'refused',
  sentence,
  level: 0,
  levels: new Map(),
  checks,
})

/** The verifier names a signer only where the reader's own trust does. */
function findUnsigned({ chain }: AttestationReport): string | undefined {
  const open = chain.filter(({ signer }) => signer === null)
  if (chain.length === 0) return 'Nothing in the page could be verified.'
  if (open.length === 0) return undefined
  return `${open.length} of ${countOf(chain.length, 'attestation')} verified under no key of yours: ${open[0]?.name}.`
}

const STATED_ONLY = 'How large it is, when it was read, and whether it is the newest version stay as stated.'

function tell({ level, chain }: AttestationReport, { policy }: ReaderTrust): string {
  const under = policy === undefined ? 'verified under your key' : 'verified under your policy'
  return `${countOf(chain.length, 'attestation')} ${under}: level ${level} is proven for data with this digest. ${STATED_ONLY}`
}

/** What the page states and what did not come out here, though nothing contradicts it. */
function findMissing(data: ReportData, found: AttestationReport): string | undefined {
  const { report } = data
  if (report.verdict !== 'PROVEN') return 'Its verdict stays NOT PROVEN.'
  const untimed = found.checks.some(({ id, status }) => id === 'timestamp' && status === 'skipped')
  if (found.level < report.level) {
    const why = untimed ? ' The timestamps were not checked: drop the root of their authority too.' : ''
    return `The report states level ${report.level}.${why}`
  }
  const undated = findUndated(data, found)
  if (undated !== undefined)
    return `The report states when ${undated.name} was attested, which was not checked: drop the root of the authority that dated it too.`
  const unreached = listUnreached(data, found)
  if (unreached.length > 0) return `The report states as met what was not met here: ${unreached.join(', ')}.`
  const stated = new Map(report.chain.map(({ bundle, level }) => [bundle, level]))
  const lower = found.chain.find(({ bundle, level }) => level < (stated.get(bundle) ?? 0))
  return (
    lower &&
    `The report states level ${stated.get(lower.bundle)} for ${lower.name}, level ${lower.level} is proven here.`
  )
}
