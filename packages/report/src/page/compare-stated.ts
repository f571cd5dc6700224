import {
  ATTESTATION_REQUIREMENTS,
  type AttestationReport,
  type ChainNode,
  namesOfSubject,
  statusOfRow,
} from '@makoto/core/verify'
import type { ReportData } from '../report-data.ts'
import { countOf } from './words.ts'

type Own = NonNullable<AttestationReport['attestation']>['report']

/**
 * What the page says and its attestations do not. A good attestation beside a report about something else proves nothing
 * of it, so everything that can be read from both has to be the same: names, digests, origins, inputs, jobs, and who
 * signed when.
 */
export function findMisstated(data: ReportData, { attestation, chain }: AttestationReport): string | undefined {
  const own = attestation?.report
  const [subject, ...more] = own?.statement?.subject ?? []
  if (subject === undefined || subject.digest.sha256 !== data.report.dataset.sha256 || more.length > 0)
    return 'The attestation is about other bytes than the report.'
  if (!namesOfSubject(subject).includes(data.report.dataset.name))
    return `The attestation is about another dataset than the report: ${subject.name}.`
  return (
    compareChains(data.report.chain, chain) ?? compareDataset(data, own, chain) ?? comparePrevious(data.previous, own)
  )
}

function compareChains(stated: readonly ChainNode[], found: readonly ChainNode[]): string | undefined {
  const byBundle = new Map(found.map((node) => [node.bundle, node]))
  const same = stated.length === found.length && byBundle.size === found.length
  if (!same || stated.some(({ bundle }) => !byBundle.has(bundle)) || new Set(stated.map(bundleOf)).size < stated.length)
    return 'The report shows another chain than its attestations make.'
  const other = stated.find((node) => !isSameNode(node, byBundle.get(node.bundle)))
  return other && `The report says of ${other.name} what its attestation does not say.`
}

const bundleOf = ({ bundle }: ChainNode) => bundle

/**
 * Whom and when the reader's trust cannot tell, and stages that did not travel along, are not compared: nobody says that they hold.
 * A page made without the authority states no time, which is less than its attestations say.
 */
function isSameNode(stated: ChainNode, found: ChainNode | undefined): boolean {
  if (found === undefined) return false
  const { level: _, signer, time, stages, ...rest } = stated
  const { level: __, signer: foundSigner, time: foundTime, stages: foundStages, ...foundRest } = found
  const agrees = (a: unknown, b: unknown) => (b ?? undefined) === undefined || isSame(a, b)
  return (
    isSame(rest, foundRest) &&
    agrees(signer, foundSigner) &&
    (time === null || agrees(time, foundTime)) &&
    agrees(stages, foundStages)
  )
}

/** Fields that are undefined are not there. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return Array.isArray(a) === Array.isArray(b) && [...keys].every((key) => isSame(fieldOf(a, key), fieldOf(b, key)))
}

const fieldOf = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined

function compareDataset({ report }: ReportData, own: Own | undefined, chain: readonly ChainNode[]): string | undefined {
  const { kind, files, member } = report.dataset
  const stated = own?.statement?.subject[0]?.annotations?.kind
  const listed = chain.find(({ depth }) => depth === 0)?.files
  if (stated !== undefined && stated !== kind) return `The report speaks of ${kind}, its attestation of ${stated}.`
  if (kind === 'files' && member === undefined && listed !== undefined && listed !== files)
    return `The report counts ${countOf(files, 'file')}, its attestation ${listed}.`
  const observed = chain.filter(({ origin }) => origin?.collectionMethod === 'observed-at-read').length
  if (observed !== report.observedOrigins)
    return `The report counts ${report.observedOrigins} origins that were only observed, its attestations ${observed}.`
  return undefined
}

/** The version before is compared on the page: it has to be the one that the signed statement names. */
function comparePrevious(stated: ReportData['previous'], own: Own | undefined): string | undefined {
  if (stated === null) return undefined
  const known = own?.known
  const named = known?.kind === 'origin' || known?.kind === 'transform' ? known.predicate.previous : undefined
  if (named?.sha256 === stated.subject && named.attestationDigest.sha256 === stated.bundle) return undefined
  return 'The version before is not the one that the attestation names.'
}

/** The first attestation of which the page states a time that nobody whom the reader trusts vouches for. */
export function findUndated({ report }: ReportData, { chain }: AttestationReport): ChainNode | undefined {
  const dated = new Set(chain.filter(({ time }) => time !== null).map(bundleOf))
  return report.chain.find(({ time, bundle }) => time !== null && !dated.has(bundle))
}

/** Rows that the page states as met and that did not come out so here. Those about the data itself nobody can answer here. */
export function listUnreached({ report }: ReportData, { checks }: AttestationReport): string[] {
  const stated = new Map(report.requirements.map(({ id, status }) => [id, status]))
  return ATTESTATION_REQUIREMENTS.filter((row) => isMet(stated.get(row.id)) && !isMet(statusOfRow(row, checks))).map(
    ({ id }) => id,
  )
}

const isMet = (status: string | undefined) => status === 'pass' || status === 'not-applicable'
