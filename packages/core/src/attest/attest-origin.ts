import { type DatasetDigest, type DigestDatasetOptions, digestDataset } from '../digest/index.ts'
import { openSignerAhead, type SignerSource } from '../key/open-ahead.ts'
import type { Signer } from '../key/signer.ts'
import { datasetName } from '../names.ts'
import {
  buildOrigin,
  type OriginPredicate,
  type Previous,
  type Statement,
  serializeStatement,
} from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import { nameOfDataset } from '../verify/dataset-names.ts'
import { newestOf } from '../verify/judge-newest.ts'
import { type Attestation, readAnyAttestation } from '../verify/read-attestation.ts'
import { readHistory } from '../verify/version-history.ts'
import { readFileTimes } from './file-times.ts'
import { requireOwnTrust, trustOwn } from './own-trust.ts'
import { requireTimestamp, type SealOptions, sealStatement } from './seal-statement.ts'
import { storeAttestation } from './store-attestation.ts'

/**
 * `trust`: under which earlier attestations count, beside the signer's own key. A signer with a certificate needs its
 * authorities there.
 */
export interface AttestOriginOptions extends Omit<SealOptions, 'signer'> {
  readonly store: Store
  /**
   * A signer, or what opens one: a keyless certificate may end while the data is read, and is had again then. Without
   * one the statement stays unsigned: level 1.
   */
  readonly signer?: SignerSource | undefined
  /** The dataset's name, where its location does not name it. */
  readonly name?: string | undefined
  /** Where the data came from. Default: its location. */
  readonly source?: string | undefined
  readonly sourceType?: 'api' | 'database' | 'file' | 'stream' | 'manual' | undefined
  readonly geography?: string | undefined
  readonly consent?: NonNullable<OriginPredicate['origin']['consent']> | undefined
  readonly schema?: NonNullable<OriginPredicate['schema']> | undefined
  /** Decimal, when known exactly. */
  readonly recordCount?: string | undefined
  /** When the data was collected. Default: now. */
  readonly collectedOn?: Date | undefined
  /** Programs and their versions, for `collector.version`. */
  readonly version?: Readonly<Record<string, string>> | undefined
  readonly now?: Date | undefined
  readonly digest?: DigestDatasetOptions | undefined
}

export interface AttestedOrigin {
  /** `already-attested`: the newest attestation of this name says the same, and nothing was written. */
  readonly outcome: 'attested' | 'already-attested'
  readonly name: string
  readonly dataset: DatasetDigest
  /** Where in the store the attestation lies. */
  readonly path: string
  /** H of its bytes. */
  readonly bundle: string
  readonly signed: boolean
  readonly timestamped: boolean
  /** Why it is not timestamped although that was asked for, at best effort. */
  readonly timestampFailure?: string
  /** Why the index is missing that would have saved hashing to whoever writes the next version. */
  readonly indexFailure?: string
  readonly previous: Previous
}

/**
 * Attests by hand where a dataset came from: reads every byte once, and states it unless the newest
 * attestation of that name already says the same at least as strongly. Content may return: A, B, A are three.
 *
 * The bundle is in the store before anything points to it, so a writer that dies leaves nothing half-written.
 *
 * @see FORMATS §3 Identity, §4, docs/spec/predicates.md Origin
 */
export async function attestOrigin(dataset: string, asked: AttestOriginOptions): Promise<AttestedOrigin> {
  const { store, now = new Date() } = asked
  const name = nameOfDataset(dataset, asked.name)
  const ahead = asked.signer && (await openSignerAhead(asked.signer))
  if (ahead !== undefined) requireWhatCertificatesNeed(ahead.signer, asked)
  const timesBefore = await readFileTimes(dataset)
  const found = await digestDataset(dataset, asked.digest)
  const signer = await ahead?.whenNeeded()
  const options = { ...asked, signer }
  const newest = await findNewest(name, options, now)
  const previous = previousOf(newest)
  const statement = stateOrigin(dataset, { name, found, previous, options, now })
  const same = newest !== undefined && saysTheSame(newest, statement, options)
  if (same && (options.timestampUrl === undefined || isTimestamped(newest))) return describeNewest(newest, name, found)
  const { bytes, ...failure } = await sealStatement(serializeStatement(statement), options)
  if (same && failure.timestampFailure !== undefined) return { ...describeNewest(newest, name, found), ...failure }
  const stored = await storeAttestation(store, {
    names: [name, datasetName(dataset)],
    found,
    bytes,
    time: now.toISOString(),
    ...(signer === undefined ? {} : { signer, times: { before: timesBefore, after: await readFileTimes(dataset) } }),
  })
  const signed = signer !== undefined
  const timestamped = signed && options.timestampUrl !== undefined && failure.timestampFailure === undefined
  return { outcome: 'attested', name, dataset: found, ...stored, signed, timestamped, ...failure, previous }
}

/** Before anything is read: what is missing would only be found out when all of it was. */
function requireWhatCertificatesNeed(signer: Signer, { timestampUrl, trust }: AttestOriginOptions): void {
  requireTimestamp(signer, timestampUrl)
  requireOwnTrust(signer, trust)
}

interface SigningOptions extends AttestOriginOptions {
  readonly signer: Signer | undefined
}

async function findNewest(name: string, { store, signer, trust }: SigningOptions, at: Date) {
  const options = { ...trustOwn(signer, trust), at }
  const newest = newestOf(await readHistory(store, [name], options), name)
  return newest && (await readAnyAttestation(store, newest, options))
}

function previousOf(newest: Attestation | undefined): Previous {
  const sha256 = newest?.report.statement?.subject[0]?.digest.sha256
  if (newest === undefined || sha256 === undefined) return null
  return { sha256, attestationDigest: { sha256: newest.report.sha256 } }
}

interface Facts {
  readonly name: string
  readonly found: DatasetDigest
  readonly previous: Previous
  readonly options: SigningOptions
  readonly now: Date
}

function stateOrigin(dataset: string, { name, found, previous, options, now }: Facts): Statement<OriginPredicate> {
  const { signer, source, sourceType, geography, consent, schema, version, recordCount, collectedOn = now } = options
  const uri = datasetName(dataset).slice('dataset:'.length)
  const { kind, sha256, merkleRoot, files, bytes, rendering } = found
  return buildOrigin({
    dataset: {
      name,
      uri,
      kind,
      sha256,
      files,
      ...(merkleRoot === undefined ? {} : { merkleRoot }),
      ...(recordCount === undefined ? {} : { recordCount }),
    },
    previous,
    predicate: {
      origin: {
        source: source ?? uri,
        sourceType: sourceType ?? 'file',
        collectionMethod: 'attested-by-hand',
        collectionTimestamp: collectedOn.toISOString(),
        ...(geography === undefined ? {} : { geography }),
        ...(consent === undefined ? {} : { consent }),
      },
      collector: { id: `${signer?.id ?? 'unsigned'}#cli`, ...(version === undefined ? {} : { version }) },
      ...(schema === undefined ? {} : { schema }),
      metadata: { bytesCollected: String(bytes), filesCollected: files.length },
      ...(rendering === undefined ? {} : { analysis: { rendering } }),
    },
  })
}

/** Same bytes, same words, by the same signer. */
function saysTheSame(
  { report }: Attestation,
  statement: Statement<OriginPredicate>,
  { signer }: SigningOptions,
): boolean {
  if (report.known?.kind !== 'origin' || report.statement === undefined) return false
  if (report.signer?.id !== signer?.id) return false
  return wordsOf(report.statement.subject, report.known.predicate) === wordsOf(statement.subject, statement.predicate)
}

/** What a statement says, without when it was said and what came before it. */
function wordsOf([subject]: Statement['subject'], predicate: OriginPredicate): string {
  const { origin, collector, schema, analysis } = predicate
  const { collectionTimestamp: _, ...described } = origin
  const { name, uri, digest, annotations } = subject ?? {}
  const facts = [digest, described, schema, analysis].map(sorted)
  return JSON.stringify([name, uri, annotations?.kind, collector.id, ...facts])
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([key, member]) => [key, sorted(member)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}

function isTimestamped({ report }: Attestation): boolean {
  return report.checks.some(({ id, status }) => id === 'timestamp' && status !== 'fail')
}

function describeNewest(newest: Attestation, name: string, dataset: DatasetDigest): AttestedOrigin {
  const { path, report } = newest
  const { previous = null } = report.known?.kind === 'origin' ? report.known.predicate : {}
  const signed = report.signer !== undefined
  return {
    outcome: 'already-attested',
    name,
    dataset,
    path,
    bundle: report.sha256,
    signed,
    timestamped: signed && isTimestamped(newest),
    previous: previous ?? null,
  }
}
