import { sha256Hex } from '../digest/sha256.ts'
import { isMakotoError } from '../errors.ts'
import { attestationPath, type BundleForm } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { refuted } from './check.ts'
import { type BundleReport, type VerifyBundleOptions, verifyDigested } from './verify-bundle.ts'

export const MAX_BUNDLE_BYTES = 16 * 1024 * 1024

/** An attestation as it lies in a store, verified by itself. */
export interface Attestation {
  readonly path: string
  readonly bytes: number
  readonly report: BundleReport
}

/**
 * Reads and verifies the attestation at its one place in the store; undefined where there is none.
 * Bytes whose digest is not the one in their name are refused before anything in them is read.
 *
 * @see FORMATS §4
 */
export async function readAttestation(
  store: Store,
  at: { subject: string; bundle: string; form: BundleForm },
  options: VerifyBundleOptions,
): Promise<Attestation | undefined> {
  return readAttestationAt(store, { path: attestationPath(at.subject, at.bundle, at.form), ...at }, options)
}

/** The same at a path that the caller has made: a run's records and DBOM lie under the run. */
export async function readAttestationAt(
  store: Store,
  { path, ...at }: { path: string; bundle: string; form: BundleForm },
  options: VerifyBundleOptions,
): Promise<Attestation | undefined> {
  const bytes = await readBounded(store, path, options.maxBytes)
  if (bytes === undefined) return undefined
  if (bytes === 'too-large') return { path, bytes: 0, report: refuse(at, 'bundle-malformed', 'larger than is allowed') }
  const sha256 = sha256Hex(bytes)
  if (sha256 !== at.bundle)
    return {
      path,
      bytes: bytes.length,
      report: refuse(at, 'bundle-misplaced', `${path} holds other bytes than its name says`),
    }
  return { path, bytes: bytes.length, report: verifyDigested(bytes, sha256, options) }
}

/** The same where the form is not known: pointers and `previous` do not say it. */
export async function readAnyAttestation(
  store: Store,
  { subject, bundle }: { subject: string; bundle: string },
  options: VerifyBundleOptions,
): Promise<Attestation | undefined> {
  const signed = await readAttestation(store, { subject, bundle, form: 'sigstore' }, options)
  return signed ?? readAttestation(store, { subject, bundle, form: 'intoto' }, options)
}

async function readBounded(
  store: Store,
  path: string,
  maxBytes = MAX_BUNDLE_BYTES,
): Promise<Uint8Array | undefined | 'too-large'> {
  try {
    return await store.get(path, { maxBytes })
  } catch (error) {
    if (isMakotoError(error, 'limit-exceeded')) return 'too-large'
    throw error
  }
}

function refuse(
  at: { bundle: string; form: BundleForm },
  code: 'bundle-malformed' | 'bundle-misplaced',
  detail: string,
): BundleReport {
  const checks = [refuted('attestation', code, 'attestation', detail)]
  return { sha256: at.bundle, form: at.form, accepted: false, level: 0, times: [], checks }
}
