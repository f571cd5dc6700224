import { datasetName, nameHash, type Store } from '@makoto/core'
import { type AttestationView, readAttestation } from './attestation-view.ts'

export type ListedAttestation = AttestationView & { readonly reference: string }
export type Listing = { readonly name: string; readonly found: ListedAttestation[]; readonly dangling: string[] }

const MAX_POINTERS = 10_000
const MAX_BUNDLE_BYTES = 16 * 1024 * 1024
const POINTER = /\/[0-9TZ.]+_([0-9a-f]{64})_([0-9a-f]{64})$/

/** The attestations that the store's pointers give for a name, oldest first; pointers to nothing are named. @see FORMATS §4 */
export async function listAttestations(store: Store, dataset: string): Promise<Listing> {
  const listing: Listing = { name: datasetName(dataset), found: [], dangling: [] }
  let pointers = 0
  for await (const { path } of store.list(`names/${nameHash(listing.name)}/`)) {
    if (++pointers > MAX_POINTERS) break
    const [, subject, bundle] = POINTER.exec(path) ?? []
    const found = subject === undefined ? undefined : await readStored(store, `attestations/${subject}/${bundle}`)
    if (found === undefined) listing.dangling.push(path)
    else listing.found.push(found)
  }
  return listing
}

async function readStored(store: Store, stem: string): Promise<ListedAttestation | undefined> {
  for (const reference of [`${stem}.sigstore.json`, `${stem}.intoto.json`]) {
    const bytes = await store.get(reference, { maxBytes: MAX_BUNDLE_BYTES })
    if (bytes !== undefined) return { reference, ...readAttestation(bytes) }
  }
  return undefined
}
