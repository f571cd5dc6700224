import { type BundleReport, type TrustedKey, verifyBundle } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

const HOUR = 3_600_000

let scene: Scene
let stamped: Uint8Array
let unstamped: Uint8Array
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', { 'b.parquet': 'b' })
  const raw = await scene.attest('raw')
  stamped = await read((await scene.transform('out', [raw])).path)
  unstamped = await read((await scene.transform('out', [raw], { timestamp: false })).path)
})
afterEach(() => scene.close())

const read = async (path: string) => (await scene.store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array()

/** Verified a year later: what counts is when it was signed. */
function judge(bytes: Uint8Array, limits: Partial<TrustedKey>): string {
  const keys = scene.trust.keys.map((key) => ({ ...key, ...limits }))
  const report = verifyBundle(bytes, { ...scene.trust, keys, at: new Date(scene.now().getTime() + 8766 * HOUR) })
  return report.accepted ? `L${report.level}` : (codeOf(report) ?? '')
}

const codeOf = ({ checks }: BundleReport) => checks.find(({ code }) => code !== undefined)?.code

const around = (before: number, after: number) => ({
  start: scene.now().getTime() + before * HOUR,
  end: scene.now().getTime() + after * HOUR,
})

describe('a key that is not trusted at all times', () => {
  it('is trusted where a verified time lies in its window, long after it ended', () => {
    expect(judge(stamped, { validFor: around(-1, 1) })).toBe('L2')
  })

  it('is refused before its window, and after it', () => {
    expect(judge(stamped, { validFor: around(1, 2) })).toBe('key-expired')
    expect(judge(stamped, { validFor: around(-2, -1) })).toBe('key-expired')
  })

  it('is refused where no verified time says when it signed', () => {
    expect(judge(unstamped, {})).toBe('L1')
    expect(judge(unstamped, { validFor: around(-1, 9999) })).toBe('time-missing')
    expect(judge(unstamped, { revokedOn: scene.now().getTime() + HOUR })).toBe('time-missing')
  })

  it('is trusted for what it signed before it was revoked, and for nothing since', () => {
    expect(judge(stamped, { revokedOn: scene.now().getTime() + HOUR })).toBe('L2')
    expect(judge(stamped, { revokedOn: scene.now().getTime() - HOUR })).toBe('key-revoked')
    expect(judge(stamped, { revokedOn: scene.now().getTime() - HOUR, validFor: around(-9, 9) })).toBe('key-revoked')
  })

  it('stays revoked, and outside its window, where it is also named without either', () => {
    const [key] = scene.trust.keys
    if (key === undefined) throw new Error('the scene has no key')
    const revoked = { ...key, revokedOn: scene.now().getTime() - HOUR }
    const expired = { ...key, validFor: around(-9, -1) }
    const among = (keys: readonly TrustedKey[]) => codeOf(verifyBundle(stamped, { ...scene.trust, keys }))
    expect([among([key, revoked]), among([revoked, key])]).toEqual(['key-revoked', 'key-revoked'])
    expect([among([key, expired]), among([expired, key])]).toEqual(['key-expired', 'key-expired'])
  })

  it('is trusted for nothing where the day of its revocation is none', () => {
    expect(judge(stamped, { revokedOn: Number.NaN })).toBe('key-revoked')
  })

  it('is trusted for nothing where nobody knows when it was revoked', () => {
    expect(judge(stamped, { revokedOn: Number.NEGATIVE_INFINITY })).toBe('key-revoked')
    expect(judge(unstamped, { revokedOn: Number.NEGATIVE_INFINITY })).toBe('key-revoked')
  })

  it('tells nothing of what it signed once it is refused', () => {
    const keys = scene.trust.keys.map((key) => ({ ...key, validFor: around(1, 2) }))
    const report = verifyBundle(stamped, { ...scene.trust, keys, at: scene.now() })
    expect(report).toMatchObject({ accepted: false, level: 0 })
    expect([report.statement, report.signer, report.key]).toEqual([undefined, undefined, undefined])
  })
})
