import { encodeUtf8 } from '../encoding.ts'
import { formatPem } from '../key/pem.ts'
import type { PublicKey } from '../key/public-key.ts'
import { compressGzip } from '../store/gzip.ts'
import type { Certificate } from '../trust/certificate.ts'
import type { Trust } from '../trust/trust.ts'
import { formatWitness } from '../trust/witness.ts'
import type { Report } from '../verify/report.ts'
import { type VerifyDatasetOptions, verifyDataset } from '../verify/verify-dataset.ts'
import { limitArchive } from './archive-limits.ts'
import { describeArchive } from './describe-archive.ts'
import { recordReads } from './record-reads.ts'
import { writeTar } from './write-tar.ts'

export interface ExportedDataset {
  readonly report: Report
  /** gzip of a tar; undefined where the dataset is not proven, since somebody would file it. */
  readonly archive?: Uint8Array
}

export interface ExportOptions extends VerifyDatasetOptions {
  /** Bytes of the tar, before compression, and how many files are in it. Default what `openArchive` reads. */
  readonly maxArchiveBytes?: number | undefined
  readonly maxArchiveEntries?: number | undefined
}

/**
 * Verifies a dataset and puts everything that the verification read into one archive, so that the same verification
 * can be made years later with no store and no network: attestations, pointers, manifests. Beside them, for people, the
 * report, the keys that signed, the trust roots and a README. The data itself is not in it.
 *
 * The same store, options and time give the same bytes. What is exported opens under the same limits.
 *
 * @throws MakotoError `limit-exceeded`, besides what `verifyDataset` throws
 */
export async function exportDataset(dataset: string, options: ExportOptions): Promise<ExportedDataset> {
  const { store, trust } = options
  const limits = limitArchive({ maxBytes: options.maxArchiveBytes, maxEntries: options.maxArchiveEntries })
  const recorded = recordReads(store, limits)
  const report = await verifyDataset(dataset, { ...options, store: recorded.store })
  if (report.failure !== undefined) return { report }
  const files = await recorded.collect()
  const add = (path: string, text: string) => files.set(path, encodeUtf8(text))
  for (const key of keysOf(report, trust)) add(`keys/${nameKeyFile(key)}`, formatPem('PUBLIC KEY', key.spki))
  for (const [path, certificates] of rootsOf(trust)) add(path, certificates.map(renderCertificate).join(''))
  for (const log of trust.transparencyLogs ?? []) add(`trust/logs/${log.id}.pub`, formatPem('PUBLIC KEY', log.key.spki))
  if (trust.witnesses?.length) add('trust/witnesses.vkeys', `${trust.witnesses.map(formatWitness).join('\n')}\n`)
  add('report.json', `${JSON.stringify(report, null, 2)}\n`)
  add('README.md', describeArchive(report))
  return { report, archive: compressGzip(writeTar(files, limits)) }
}

/** Those of the caller's keys that signed something in the chain. */
function keysOf({ chain }: Report, { keys }: Trust): PublicKey[] {
  const signers = new Set(chain.map(({ signer }) => signer))
  return keys.filter(({ id }) => signers.has(id))
}

/** The hint in base64url, as published keys are named. @see FORMATS §4 */
const nameKeyFile = ({ hint }: PublicKey) => `${hint.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.pub`

function rootsOf(trust: Trust): [string, Certificate[]][] {
  const authorities = trust.timestampAuthorities.flatMap(({ root, intermediates, signers }) => [
    root,
    ...intermediates,
    ...signers,
  ])
  const signing = (trust.certificateAuthorities ?? []).flatMap(({ root, intermediates }) => [root, ...intermediates])
  const files: [string, Certificate[]][] = [
    ['trust/timestamp-authorities.pem', authorities],
    ['trust/certificate-authorities.pem', signing],
  ]
  return files.filter(([, certificates]) => certificates.length > 0)
}

const renderCertificate = ({ der }: Certificate) => formatPem('CERTIFICATE', der)
