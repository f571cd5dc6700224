import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { streamReportSchema } from '@makoto/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { makoto } from './makoto.ts'
import { prepareStream, rootOf, rootOfWindow, type Stream, windowId } from './signed-windows.ts'

const POLICY = `
schema: https://makoto.dev/schemas/policy/v1
trust:
  keys: [{ name: agent, file: ours.pub }]
  timestampAuthorities: [{ name: tsa, file: tsa-root.pem }]
signers: { collector: { key: agent } }
rules:
`

describe('the windows of a stream', () => {
  let stream: Stream
  beforeEach(async () => {
    stream = await prepareStream()
    for (const number of [0, 1, 2]) await stream.attest(number)
  })

  test('are proven where each names the one before', async () => {
    const { code, stdout, stderr } = await stream.ask()
    expect(code).toBe(0)
    expect(stdout.replace(/spki:\S+/, 'KEY')).toMatchInlineSnapshot(`
      "ok        attestation  3 windows
      ok        windows      3 windows, each naming the one before it
      ok        signers      KEY

      PROVEN L2  stream:sensors
        windows: 3 windows, stream:sensors:0000 to stream:sensors:0002
        covers: 2026-11-20T00:00:00.000Z to 2026-11-20T00:30:00.000Z
        begins: with the first
        newest root: 29aaf9ece64bb4c9f8e144ab5e1908078535e3a03a4af2caa30e985392c330d5
        newest known: unknown
      "
    `)
    expect(stderr).toBe(`next: keep ${windowId(2)}=${rootOfWindow(2)}, and give it with --anchor when you look again\n`)
  })

  test('are proven in JSON', async () => {
    const { code, stdout } = await stream.ask('--json')
    expect(code).toBe(0)
    expect(streamReportSchema.parse(JSON.parse(stdout))).toMatchObject({
      verdict: 'PROVEN',
      level: 2,
      refused: 0,
      windows: [0, 1, 2].map((number) => ({ id: windowId(number), merkleRoot: rootOfWindow(number) })),
    })
  })

  test('have a gap where one is gone', async () => {
    stream.remove(1)
    const { code, stdout, stderr } = await stream.ask()
    expect(code).toBe(5)
    expect(stdout).toContain(
      `NOT PROVEN: L2 required, nothing proven, because windows: ${windowId(1)}, which ${windowId(2)} follows, is not in this store`,
    )
    expect(stderr).toContain('next: find the missing windows')
  })

  test('contradict where two follow the same one', async () => {
    await stream.attest(7, { follows: { number: 1 } })
    const { code, stdout } = await stream.ask()
    expect(code).toBe(4)
    expect(stdout).toMatch(/because windows: \S+ and \S+ both follow stream:sensors:0001\n/)
  })

  test('contradict where one names another root than the one before it has', async () => {
    await stream.attest(3, { follows: { number: 2, root: rootOf('another') } })
    const { code, stdout } = await stream.ask()
    expect(code).toBe(4)
    expect(stdout).toContain(`because window ${windowId(3)}: names ${windowId(2)} with another root than it has`)
  })

  test('of others do not count, and are said', async () => {
    await stream.attest(3, { by: 'theirs' })
    const { code, stdout } = await stream.ask()
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^skipped {3}refused {6}1 attestation refused, first attestations\/\S+: it is signed by none/m,
    )
    expect(stdout).toContain(`windows: 3 windows, ${windowId(0)} to ${windowId(2)}`)
  })

  test('leave a gap where the key of one is not trusted', async () => {
    stream.remove(1)
    await stream.attest(1, { by: 'theirs' })
    expect(await stream.ask()).toMatchObject({ code: 5, stdout: expect.stringContaining('is not in this store') })
    expect((await stream.ask('--key', 'theirs.pub')).code).toBe(0)
  })

  test('do not reach a level that one of them does not', async () => {
    await stream.attest(3, { dropped: 2 })
    const { code, stdout } = await stream.ask()
    expect(code).toBe(5)
    expect(stdout).toContain(`NOT PROVEN: L2 required, L1 proven, because window ${windowId(3)}: L2.X.1, `)
    expect((await stream.ask('--level', '1')).stdout).toContain('PROVEN L1')
  })

  test('prove level 1 where no authority vouches for the time', async () => {
    const { cwd } = stream
    const trust = ['verify-stream', 'sensors', '--store', 'store', '--key', 'ours.pub']
    const { code, stdout } = await makoto(trust, { cwd })
    expect({ code, verdict: stdout.includes('L2 required, L1 proven, because window') }).toEqual({
      code: 5,
      verdict: true,
    })
    expect((await makoto([...trust, '--level', '1'], { cwd })).code).toBe(0)
  })

  test('are what a policy asks of each of them, by its name', async () => {
    const { cwd } = stream
    const ask = (rule: string) => {
      writeFileSync(join(cwd, 'makoto.policy.yaml'), `${POLICY}${rule}`)
      return makoto(['verify-stream', 'sensors', '--store', 'store', '--policy', 'makoto.policy.yaml'], { cwd })
    }
    const every = "  - {name: all, datasets: ['stream:sensors:*'], attestedBy: [collector], maxAge: 1d}\n"
    expect(await ask(every)).toMatchObject({ code: 0, stdout: expect.stringContaining('PROVEN L2') })
    const other = await ask(`${every}  - {name: last, datasets: ['stream:sensors:0002'], predicates: [transform]}\n`)
    expect(other).toMatchObject({
      code: 5,
      stdout: expect.stringMatching(/L2 proven, because policy: .*0002: rule last/),
    })
    const unnamed = await ask("  - {name: first, datasets: ['stream:sensors:0000']}\n")
    expect(unnamed).toMatchObject({ code: 5, stdout: expect.stringContaining('no rule names this dataset') })
    expect((await ask("  - {name: high, datasets: ['**'], level: 3}\n")).stdout).toContain('L3 required, L2 proven')
  })

  describe('with an anchor', () => {
    const anchor = (number: number, root = rootOfWindow(number)) => ['--anchor', `${windowId(number)}=${root}`]

    test('may begin after it', async () => {
      stream.remove(0)
      expect((await stream.ask()).code).toBe(5)
      const { code, stdout } = await stream.ask(...anchor(0))
      expect(code).toBe(0)
      expect(stdout).toContain(`begins: after ${windowId(0)}\n  anchor: ${windowId(0)}\n`)
    })

    test('contradict where it has another root', async () => {
      const { code, stdout } = await stream.ask(...anchor(1, rootOf('another')))
      expect(code).toBe(4)
      expect(stdout).toContain(`because windows: ${windowId(1)} has another root than you know`)
      stream.remove(0)
      expect((await stream.ask(...anchor(0, rootOf('another')))).code).toBe(4)
    })

    test('have a gap where it is later than all of them: the newest were hidden', async () => {
      const { code, stdout } = await stream.ask(...anchor(3))
      expect(code).toBe(5)
      expect(stdout).toContain(`nothing in this store leads back to ${windowId(3)}, which you know`)
    })

    test.each([
      ['stream:sensors:0000', 'WINDOW=ROOT is expected'],
      [`stream:sensors:0000=${'F'.repeat(64)}`, 'WINDOW=ROOT is expected'],
      [`stream:others:0000=${'f'.repeat(64)}`, 'is no window of stream:sensors'],
    ])('that is none (%s) is a mistake of the command line', async (text, message) => {
      expect(await stream.ask('--anchor', text)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
    })
  })
})

describe('a stream of which nothing is believed', () => {
  test('is unknown in an empty store', async () => {
    const { cwd, ask } = await prepareStream()
    mkdirSync(join(cwd, 'store'), { recursive: true })
    const { code, stdout, stderr } = await ask()
    expect(code).toBe(3)
    expect(stdout).toBe(
      'FAILED    attestation  the store has no window of this stream\n\n' +
        'NOT PROVEN: L2 required, nothing proven, because attestation: the store has no window of this stream\n',
    )
    expect(stderr).toContain('next: list names/')
  })

  test('contradicts where every window is of somebody else', async () => {
    const { ask, attest } = await prepareStream()
    await attest(0, { by: 'theirs' })
    const { code, stdout, stderr } = await ask()
    expect(code).toBe(4)
    expect(stdout).toMatch(/because attestation: 1 attestation refused, first attestations\/\S+: it is signed by none/)
    expect(stderr).toContain('next: ask the producer for the public key')
  })

  test('needs a key above level 1', async () => {
    const { cwd } = await prepareStream()
    mkdirSync(join(cwd, 'store'), { recursive: true })
    const ask = (...more: string[]) => makoto(['verify-stream', 'sensors', '--store', 'store', ...more], { cwd })
    expect(await ask()).toMatchObject({ code: 2, stderr: expect.stringContaining('--key PUB is missing') })
    expect((await ask('--level', '1')).code).toBe(3)
  })
})
