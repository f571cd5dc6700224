import { env } from 'node:process'
import { isMakotoError, type LogEntry, parseCheckpoint, verifyLogEntry } from '@makoto/core'
import { createTransparencyLog } from '@makoto/testkit'
import { describe, expect, it, vi } from 'vitest'
import { createRandom } from '../fuzz/random.ts'
import { bodyOf, KINDS, signPayload } from './entry-bodies.ts'
import { trustLog } from './trusted-log.ts'

/** A quick slice, unless somebody asks for a long one. The seed makes a failure come again. */
const ROUNDS = Number(env.MAKOTO_FUZZ_ROUNDS ?? 1_500)

const SPLINTERS = [
  '\n',
  '\n\n',
  ' ',
  '"',
  '{',
  '}',
  '[',
  '\\',
  '=',
  '—',
  '\u0000',
  '\ud800',
  '-1',
  '9'.repeat(30),
  '__proto__',
  'null',
]

function mutate(text: string, random: (below: number) => number): string {
  const [at, length] = [random(text.length + 1), random(6)]
  const splinter = SPLINTERS[random(SPLINTERS.length)] ?? ''
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + splinter + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + length)
    case 2:
      return text.slice(0, at) + splinter + text.slice(at + length)
    default:
      return text.slice(0, at) + text.slice(random(text.length + 1))
  }
}

vi.setConfig({ testTimeout: 600_000 })

describe('parseCheckpoint', () => {
  it('throws typed errors alone, and never takes what it would not write', () => {
    const log = createTransparencyLog()
    const whole = log.signCheckpoint(`${log.checkpointText()}an extension\n`)
    const random = createRandom(1)
    let read = 0
    for (let round = 0; round < ROUNDS; round++) {
      const note = mutate(whole, random)
      const { origin, treeSize, rootHash, extensions, text } = attempt(() => parseCheckpoint(note)) ?? {}
      if (rootHash === undefined || extensions === undefined) continue
      read++
      const lines = [origin, treeSize, Buffer.from(rootHash).toString('base64'), ...extensions]
      expect(lines.map((line) => `${line}\n`).join('')).toBe(text)
    }
    expect(read).toBeGreaterThan(ROUNDS / 20)
  })
})

function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (isMakotoError(error, 'log-invalid')) return undefined
    throw error
  }
}

describe.each(KINDS)('verifyLogEntry of $kind', ({ kind, rekor }) => {
  const signed = signPayload()
  const log = createTransparencyLog({ rekor })
  const entry = log.append(bodyOf(kind, signed))
  const logs = [trustLog(log)]

  it('has an answer for every body, and a good one for no altered one', () => {
    const random = createRandom(2)
    const whole = Buffer.from(entry.canonicalizedBody, 'base64').toString()
    for (let round = 0; round < ROUNDS; round++) {
      const body = mutate(whole, random)
      const altered = { ...entry, canonicalizedBody: Buffer.from(body).toString('base64') }
      expect(verifyLogEntry(altered, signed, { logs }).ok).toBe(body === whole)
    }
  })

  it('has an answer for every entry, whatever its fields hold', () => {
    const random = createRandom(3)
    const whole = JSON.stringify(entry)
    for (let round = 0; round < ROUNDS; round++) {
      const altered: LogEntry = structuredClone(entry)
      breakField(altered, mutate(whole, random).slice(random(whole.length)), random)
      expect(verifyLogEntry(altered, signed, { logs }).ok).toBeTypeOf('boolean')
    }
  })
})

function breakField(entry: LogEntry, value: string, random: (below: number) => number): void {
  const { inclusionProof } = entry
  const breaks: (() => void)[] = [
    () => Object.assign(entry, { logIndex: value }),
    () => Object.assign(entry, { integratedTime: value, inclusionPromise: { signedEntryTimestamp: value } }),
    () => Object.assign(entry, { logId: { keyId: value } }),
    () => Object.assign(entry, { kindVersion: { kind: value, version: '0.0.1' } }),
    () => Object.assign(entry, { canonicalizedBody: value }),
    () => Object.assign(inclusionProof ?? {}, { treeSize: value }),
    () => Object.assign(inclusionProof ?? {}, { hashes: [value] }),
    () => Object.assign(inclusionProof ?? {}, { rootHash: value }),
    () => Object.assign(inclusionProof ?? {}, { checkpoint: { envelope: value } }),
  ]
  breaks[random(breaks.length)]?.()
}
