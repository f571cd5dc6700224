import { canonicalize, parseBundle, requestTimestamp, sha256Hex } from '@makoto/core'
import { attestationPath, pointerPath } from '../../src/store/layout.ts'
import type { Attested, Scene } from './scene.ts'

interface Stamping {
  /** Beside the timestamp that it had, or in its place. */
  readonly keep: boolean
  /** Spaces are put before it until it is listed before the one that it was made of. */
  readonly first?: boolean
}

/** What anybody can do: the same signature with a timestamp of today, and a pointer to it. */
export async function stampAgain(
  scene: Scene,
  { path, name, sha256, bundle: before }: Attested,
  { keep, first = false }: Stamping,
): Promise<Attested> {
  const bytes = await scene.store.get(path, { maxBytes: 1e6 })
  const content = JSON.parse(Buffer.from(bytes ?? []).toString())
  const { signature } = parseBundle(bytes ?? new Uint8Array())
  const token = Buffer.from(await requestTimestamp(scene.authority.url, signature)).toString('base64')
  const { timestampVerificationData: { rfc3161Timestamps = [] } = {} } = content.verificationMaterial
  const stamps = [{ signedTimestamp: token }, ...(keep ? rfc3161Timestamps : [])]
  content.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: stamps }
  let again = Buffer.from(JSON.stringify(content))
  while (first && sha256Hex(again) > before) again = Buffer.concat([Buffer.from(' '), again])
  const bundle = sha256Hex(again)
  const copy = { name, sha256, bundle, path: attestationPath(sha256, bundle, 'sigstore') }
  await scene.store.put(copy.path, again)
  const hint = { name, subject: sha256, bundle, time: scene.now().toISOString() }
  await scene.store.put(pointerPath(hint), canonicalize(hint))
  return copy
}
