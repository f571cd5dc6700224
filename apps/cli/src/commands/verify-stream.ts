import { type StreamReport, verifyStreamWindows } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { exitForFailure } from '../exit-codes.ts'
import { POLICY_OPTIONS, readPolicyOptions } from '../policy-options.ts'
import { renderStreamReport } from '../render-stream-report.ts'
import { namesSigner } from '../signer-options.ts'
import { readStore, STORE_OPTIONS } from '../store-options.ts'
import { UsageError } from '../usage-error.ts'

const LEVELS = { 1: 1, 2: 2, 3: 3 } as const

export const verifyStreamCommand = defineCommand({
  name: 'verify-stream',
  summary: "Check that a stream's windows in a store are one chain without a gap, each attested by whom you trust.",
  operands: [{ name: 'STREAM', text: "the id of the stream, as in its windows' names: stream:ID:WINDOW" }],
  options: {
    ...STORE_OPTIONS,
    ...POLICY_OPTIONS,
    anchor: { value: 'WINDOW=ROOT', text: 'a window that you know, with its Merkle root: the chain has to lead to it' },
    level: {
      value: 'N',
      choices: ['1', '2', '3'],
      text: 'the level that every window has to prove; default what the policy asks, else 2',
    },
  },
  examples: [
    {
      text: 'is every window of this stream there',
      line: 'makoto verify-stream sensors --store /lake/_makoto --key collector.pub --tsa-root tsa-root.pem',
    },
    {
      text: 'where old ones are deleted: does the rest lead back to the last one that I saw',
      line: `makoto verify-stream sensors --store /lake/_makoto --key collector.pub --tsa-root tsa-root.pem --anchor stream:sensors:0042=${'5e'.repeat(32)}`,
    },
  ],
  async run({ options, operands: [stream = ''], json, terminal }) {
    const level = options.level && LEVELS[options.level]
    if (level !== 1 && options.policy === undefined && !namesSigner(options))
      throw new UsageError('--key PUB is missing: who signed is checked against your keys and identities only')
    const report = await verifyStreamWindows(stream, {
      ...(await readPolicyOptions(options)),
      store: await readStore(options),
      anchor: readAnchor(stream, options.anchor),
      level,
    })
    if (json) terminal.json(report)
    else for (const line of renderStreamReport(report)) terminal.print(...line)
    terminal.say(suggestNext(report))
    return exitForFailure(report.failure?.code)
  },
})

/** A root is 64 hex digits, so what stands before it may hold anything. */
function readAnchor(stream: string, anchor: string | undefined) {
  if (anchor === undefined) return undefined
  const [, windowId, merkleRoot] = /^(.+)=([0-9a-f]{64})$/s.exec(anchor) ?? []
  if (windowId === undefined || merkleRoot === undefined)
    throw new UsageError(
      '--anchor: WINDOW=ROOT is expected',
      'as this command prints them: stream:ID:WINDOW, and 64 hex digits',
    )
  const name = stream.replace(/^(stream:)?/, 'stream:')
  if (!windowId.startsWith(`${name}:`)) throw new UsageError(`--anchor: ${windowId} is no window of ${name}`)
  return { windowId, merkleRoot }
}

function suggestNext({ failure, windows }: StreamReport): string {
  const newest = windows.at(-1)
  switch (failure?.code) {
    case undefined:
      return `next: keep ${newest?.id}=${newest?.merkleRoot}, and give it with --anchor when you look again`
    case 'no-attestation':
      return 'next: list names/ in the store, or look at another store'
    case 'key-untrusted':
      return 'next: ask the producer for the public key, over a way that you trust, and give it with --key'
    case 'window-gap':
      return 'next: find the missing windows; where old ones are deleted on purpose, --anchor says where yours begin'
    case 'policy-not-met':
      return 'next: look at the rule that the verdict names'
    case 'level-not-met':
      return 'next: --json names the level of every window'
    default:
      return 'next: do not rely on this stream; --json holds every check'
  }
}
