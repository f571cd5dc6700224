import { attestOrigin, parseBundle, verifyLogEntry } from '@makoto/core'
import { startTransparencyLog, type TransparencyLogFault } from '@makoto/testkit'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { trustLog } from '../log/trusted-log.ts'
import { openScene, type Scene } from '../verify/scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
})
afterEach(() => scene.close())

async function logWith(fault?: TransparencyLogFault) {
  const running = await startTransparencyLog(fault === undefined ? {} : { fault })
  onTestFinished(running.close)
  return { url: running.url, logs: [trustLog(running.log)] }
}

function attestInto({ url, logs }: Awaited<ReturnType<typeof logWith>>) {
  const { store, signer, authority, now } = scene
  const trust = { ...scene.trust, transparencyLogs: logs }
  const options = { store, signer, trust, timestampUrl: authority.url, now: now() }
  return attestOrigin(scene.path('raw'), { ...options, logUrl: url })
}

it('puts the signature into the log before the bundle into the store', async () => {
  const log = await logWith()
  const { path } = await attestInto(log)
  const { logEntries, payload, payloadType, signature } = parseBundle(
    (await scene.store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array(),
  )
  const signed = { payload, payloadType, signature, spki: scene.signer.spki }
  const verified = logEntries.map((entry) => verifyLogEntry(entry, signed, { logs: log.logs }))
  expect(verified).toEqual([expect.objectContaining({ ok: true })])
})

it.each<TransparencyLogFault>(['rejected', 'other-entry', 'wrong-root'])(
  'writes nothing where the log has the fault %s',
  async (fault) => {
    await expect(attestInto(await logWith(fault))).rejects.toMatchObject({ code: expect.stringMatching(/^log-/) })
    const paths = []
    for await (const { path } of scene.store.list('attestations/')) paths.push(path)
    expect(paths).toEqual([])
  },
)
