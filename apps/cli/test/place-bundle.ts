import { canonicalize, type Store, sha256Hex } from '@makoto/core'
import { attestationPath, pointerPath } from '../../../packages/core/src/store/layout.ts'

/** Puts a signed statement where readers of a store look for it. */
export async function placeBundle(
  store: Store,
  bytes: Uint8Array,
  { name, subject }: { readonly name: string; readonly subject: string },
): Promise<void> {
  const bundle = sha256Hex(bytes)
  const pointer = { name, subject, bundle, time: new Date().toISOString() }
  await store.put(attestationPath(subject, bundle, 'sigstore'), bytes)
  await store.put(pointerPath(pointer), canonicalize(pointer))
}
