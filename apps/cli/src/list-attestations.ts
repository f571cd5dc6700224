import { datasetName, MakotoError, nameHash, type Store } from '@makoto/core'
import { type AttestationView, readAttestation } from './attestation-view.ts'

export type ListedAttestation = AttestationView & { readonly reference: string }
export type UnreadableObject = { readonly reference: string; readonly reason: string }
export type Listing = {
  readonly name: string
  readonly found: ListedAttestation[]
  /** What pointers lead to and is no attestation. */
  readonly unreadable: UnreadableObject[]
  /** Pointers to nothing. */
  readonly dangling: string[]
  /** How many older pointers there are beyond those that were followed. */
  readonly leftOut: number
}

const MAX_POINTERS = 10_000
const MAX_BUNDLE_BYTES = 16 * 1024 * 1024
const POINTER = /\/[0-9TZ.]+_([0-9a-f]{64})_([0-9a-f]{64})$/

/**
 * The attestations that the store's newest pointers give for a name, oldest first. Anybody who can write to the store can
 * add pointers and what they lead to: what leads nowhere or cannot be read is named, and hides nothing else.
 *
 * @see FORMATS §4
 */
export async function listAttestations(store: Store, dataset: string): Promise<Listing> {
  const name = datasetName(dataset)
  const pointers: string[] = []
  for await (const { path } of store.list(`names/${nameHash(name)}/`)) pointers.push(path)
  const followed = pointers.slice(-MAX_POINTERS)
  const listing: Listing = {
    name,
    found: [],
    unreadable: [],
    dangling: [],
    leftOut: pointers.length - followed.length,
  }
  for (const path of followed) {
    const [, subject, bundle] = POINTER.exec(path) ?? []
    const read = subject === undefined ? [] : await readStored(store, `attestations/${subject}/${bundle}`)
    if (read.length === 0) listing.dangling.push(path)
    for (const one of read) {
      if ('reason' in one) listing.unreadable.push(one)
      else listing.found.push(one)
    }
  }
  return listing
}

/** The signed one, or the bare statement where there is none that can be read. */
async function readStored(store: Store, stem: string): Promise<(ListedAttestation | UnreadableObject)[]> {
  const read: (ListedAttestation | UnreadableObject)[] = []
  for (const reference of [`${stem}.sigstore.json`, `${stem}.intoto.json`]) {
    const one = await readObject(store, reference)
    if (one !== undefined) read.push(one)
    if (one !== undefined && !('reason' in one)) break
  }
  return read
}

async function readObject(store: Store, reference: string): Promise<ListedAttestation | UnreadableObject | undefined> {
  try {
    const bytes = await store.get(reference, { maxBytes: MAX_BUNDLE_BYTES })
    return bytes && view(reference, bytes)
  } catch (error) {
    if (error instanceof MakotoError && error.code === 'limit-exceeded') return { reference, reason: error.message }
    throw error
  }
}

function view(reference: string, bytes: Uint8Array): ListedAttestation | UnreadableObject {
  try {
    return { reference, ...readAttestation(bytes) }
  } catch (error) {
    if (error instanceof MakotoError) return { reference, reason: error.message }
    throw error
  }
}
