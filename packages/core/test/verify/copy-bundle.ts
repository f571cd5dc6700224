import { decodeUtf8, encodeUtf8, sha256Hex } from '@makoto/core'
import type { Scene } from './scene.ts'

/**
 * A bundle as anybody can copy it who has no key: without its timestamps, and with spaces after it until its digest is
 * smaller than the bundle's own, so that a listing shows the copy first.
 */
export async function copyWithoutTimestamp(scene: Scene, path: string, bundle: string) {
  const { verificationMaterial, ...envelope } = JSON.parse(decodeUtf8(await readObject(scene, path)))
  const { timestampVerificationData: _, ...material } = verificationMaterial
  const text = JSON.stringify({ ...envelope, verificationMaterial: material })
  for (let spaces = ''; ; spaces += ' ') {
    const bytes = encodeUtf8(text + spaces)
    const digest = sha256Hex(bytes)
    if (digest < bundle) return { bytes, bundle: digest }
  }
}

export async function readObject(scene: Scene, path: string): Promise<Uint8Array> {
  const bytes = await scene.store.get(path, { maxBytes: 1e6 })
  if (bytes === undefined) throw new Error(`${path} is not there`)
  return bytes
}
