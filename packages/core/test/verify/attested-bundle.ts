import {
  type BundleReport,
  decodeUtf8,
  encodeUtf8,
  type JsonObject,
  type VerifyBundleOptions,
  verifyBundle,
} from '@makoto/core'
import { type Attested, openScene, type Scene } from './scene.ts'

/** A scene in which `raw` is attested, and `out` waits to be made from it. */
export async function openLake(): Promise<{ scene: Scene; raw: Attested }> {
  const scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', { 'b.parquet': 'b' })
  return { scene, raw: await scene.attest('raw') }
}

/** The bundle as the store has it. */
export const readBundle = async ({ store }: Scene, { path }: Attested): Promise<Uint8Array> =>
  (await store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array()

/** A verifier that trusts what the scene does, at the scene's hour. */
export const openVerifier =
  (scene: () => Scene) =>
  (bundle: Uint8Array, options: Partial<VerifyBundleOptions> = {}): BundleReport =>
    verifyBundle(bundle, { ...scene().trust, at: scene().now(), ...options })

/** Why a bundle is refused. */
export const codeOf = ({ checks }: BundleReport): string | undefined =>
  checks.find(({ code }) => code !== undefined)?.code

/** `L2`, or why it is refused. */
export const verdictOf = (report: BundleReport): string | undefined =>
  report.accepted ? `L${report.level}` : codeOf(report)

/** The bundle with something changed in its JSON. */
export const editBundle = (bundle: Uint8Array, edit: (json: JsonObject) => object): Uint8Array =>
  encodeUtf8(JSON.stringify(edit(JSON.parse(decodeUtf8(bundle)))))

/** The bundle with other verification material. */
export const editMaterial = (bundle: Uint8Array, edit: (material: ReturnType<typeof Object>) => object): Uint8Array =>
  editBundle(bundle, (json) => ({ ...json, verificationMaterial: edit(Object(json.verificationMaterial)) }))
