import {
  encodeBase64,
  isMakotoError,
  type Policy,
  parseBundle,
  parseStatement,
  type Report,
  readAttestationPath,
  readFileList,
  readPredicate,
  type Store,
  type VerifyBundleOptions,
  verifyAttestation,
} from '@makoto/core/verify'
import { recordStore } from './record-store.ts'
import { PAGE_SCHEMA, type Place, type ReportData } from './report-data.ts'

export interface GatherOptions {
  readonly store: Store
  /** Whom the maker believed: what they could verify is what the page has to carry. */
  readonly trust: VerifyBundleOptions
  /** What they asked: evidence that only the policy needs travels along too. */
  readonly policy?: Policy | undefined
  /** The program, with its version. */
  readonly madeBy: string
  /** Who ran it. Left out by default: a report travels further than its maker's name should. */
  readonly author?: string | undefined
  /** Of all objects together. Default 32 MiB. */
  readonly maxBytes?: number | undefined
}

const MAX_TOTAL_BYTES = 32 * 1024 * 1024
const MAX_BUNDLE_BYTES = 16 * 1024 * 1024

/**
 * Collects what a page needs to show a report and to verify its attestations again, without the store and without the
 * data: everything that the verifier reads when it is asked to.
 */
export async function gatherReport(report: Report, options: GatherOptions): Promise<ReportData> {
  const { madeBy, author, trust, policy, maxBytes = MAX_TOTAL_BYTES } = options
  const { store, objects, leftOut } = recordStore(options.store, maxBytes)
  const own = report.chain.find(({ depth }) => depth === 0)
  const attestation = (own && readAttestationPath(own.reference)) ?? null
  if (attestation !== null) await verifyAttestation(attestation, { store, trust, policy })
  return {
    schema: PAGE_SCHEMA,
    madeBy,
    ...(author === undefined ? {} : { author }),
    report,
    attestation,
    previous: attestation && (await takePrevious(store, attestation)),
    objects: Object.fromEntries([...objects].map(([path, bytes]) => [path, encodeBase64(bytes)])),
    leftOut: [...leftOut],
  }
}

/** Reads both versions with their lists of files, so that they travel along; the version before, where it is there. */
async function takePrevious(store: Store, attestation: Place): Promise<Place | null> {
  const { previous } = (await takeVersion(store, attestation)) ?? {}
  if (!previous) return null
  for (const form of ['sigstore', 'intoto'] as const) {
    const place = { subject: previous.sha256, bundle: previous.attestationDigest.sha256, form }
    if ((await takeVersion(store, place)) !== undefined) return place
  }
  return null
}

async function takeVersion(store: Store, { subject, bundle, form }: Place) {
  const bytes = await store.get(`attestations/${subject}/${bundle}.${form}.json`, { maxBytes: MAX_BUNDLE_BYTES })
  const known = bytes && readKnown(form === 'intoto' ? bytes : parsePayload(bytes))
  if (known?.kind !== 'origin' && known?.kind !== 'transform') return undefined
  await readFileList(store, subject, known.predicate)
  return known.predicate
}

/** What could not be read is shown from the report alone. */
function readKnown(payload: Uint8Array | undefined) {
  try {
    return payload && readPredicate(parseStatement(payload))
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}

function parsePayload(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return parseBundle(bytes).payload
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}
