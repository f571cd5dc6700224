import { type AttestOriginOptions, attestOrigin, parseBundle } from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { openScene, type Scene } from '../verify/scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
})
afterEach(() => scene.close())

async function refusingAuthority(): Promise<string> {
  const { url, close } = await startTimestampAuthority({ fault: 'rejected' })
  onTestFinished(close)
  return url
}

function attest(options: Partial<AttestOriginOptions> = {}) {
  const { store, signer, trust, authority } = scene
  const timestampUrl = authority.url
  return attestOrigin(scene.path('raw'), { store, signer, trust, timestampUrl, now: scene.now(), ...options })
}

const listBundles = async () => {
  const paths: string[] = []
  for await (const { path } of scene.store.list('attestations/')) paths.push(path)
  return paths
}

it('writes nothing where a timestamp is required and there is none', async () => {
  const attesting = attest({ timestampUrl: await refusingAuthority() })
  await expect(attesting).rejects.toMatchObject({ code: 'timestamp-rejected' })
  expect(await listBundles()).toEqual([])
})

it('at best effort writes a bundle without a timestamp, and says why', async () => {
  const attested = await attest({ timestampUrl: await refusingAuthority(), timestamp: 'best-effort' })
  expect(attested).toMatchObject({
    outcome: 'attested',
    signed: true,
    timestamped: false,
    timestampFailure: expect.stringContaining('out of stamps'),
  })
  const bytes = await scene.store.get(attested.path, { maxBytes: 1e6 })
  expect(parseBundle(bytes ?? new Uint8Array()).timestamps).toEqual([])
})

it('at best effort does not say the same twice while there is no timestamp to be had', async () => {
  const options = { timestampUrl: await refusingAuthority(), timestamp: 'best-effort' } as const
  const first = await attest(options)
  const second = await attest(options)
  expect(second).toMatchObject({ outcome: 'already-attested', path: first.path, timestamped: false })
  expect(second.timestampFailure).toBe(first.timestampFailure)
  expect(await listBundles()).toHaveLength(1)
})

it('adds the timestamped attestation as soon as there is one', async () => {
  const first = await attest({ timestampUrl: await refusingAuthority(), timestamp: 'best-effort' })
  const second = await attest({ timestamp: 'best-effort' })
  expect(second).toMatchObject({ outcome: 'attested', timestamped: true })
  expect(second.timestampFailure).toBeUndefined()
  expect(second.path).not.toBe(first.path)
})

it('asks the next authority where the first refuses', async () => {
  const attested = await attest({ timestampUrl: [await refusingAuthority(), scene.authority.url] })
  expect(attested.timestamped).toBe(true)
})
