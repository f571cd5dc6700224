import { readCertificate } from '../trust/certificate.ts'
import type { Signer } from './signer.ts'

/** A signer, or what opens one: a certificate that holds for minutes may have to be had twice. */
export type SignerSource = Signer | (() => Promise<Signer>)

/** A signer now, for what it is called, and one at the moment of signing. */
export interface AheadSigner {
  readonly signer: Signer
  readonly whenNeeded: () => Promise<Signer>
}

/**
 * Opens a signer before the data is read, so that nobody reads a terabyte to learn that there is no key; and once
 * more when it is needed, where half the life of its certificate went by meanwhile. Only time that passed counts: the
 * clock of this machine may be wrong.
 */
export async function openSignerAhead(source: SignerSource): Promise<AheadSigner> {
  if (typeof source !== 'function') return { signer: source, whenNeeded: async () => source }
  const signer = await source()
  const openedAt = Date.now()
  const { certificate } = signer
  if (certificate === undefined) return { signer, whenNeeded: async () => signer }
  const { notBefore, notAfter } = readCertificate(certificate)
  const isYoung = () => Date.now() - openedAt < (notAfter - notBefore) / 2
  return { signer, whenNeeded: async () => (isYoung() ? signer : source()) }
}
