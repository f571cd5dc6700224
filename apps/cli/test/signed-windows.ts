import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  encodeUtf8,
  generateKey,
  openSigner,
  openStore,
  PREDICATE,
  requestTimestamp,
  type Signer,
  type Statement,
  type StreamWindowPredicate,
  serializeStatement,
  sha256Hex,
  signStatement,
} from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { onTestFinished } from 'vitest'
import { makeFolder, makoto, type Outcome } from './makoto.ts'
import { placeBundle } from './place-bundle.ts'

export const STREAM = 'stream:sensors'
export const windowId = (number: number) => `${STREAM}:${String(number).padStart(4, '0')}`
export const rootOf = (content: string) => sha256Hex(encodeUtf8(content))
/** What `window` states where a test says nothing else. */
export const rootOfWindow = (number: number) => rootOf(`window ${number}`)

export interface WindowWords {
  readonly root?: string
  /** The number and root of the window that it says it follows. */
  readonly follows?: { readonly number: number; readonly root?: string }
  readonly by?: 'ours' | 'theirs'
  readonly dropped?: number
}

export interface Stream {
  readonly cwd: string
  readonly attest: (number: number, words?: WindowWords) => Promise<void>
  /** Takes every attestation of a window out of the store. */
  readonly remove: (number: number) => void
  readonly ask: (...more: string[]) => Promise<Outcome>
}

/** A store of a stream with two keys, `ours` and `theirs`, and a timestamp authority. */
export async function prepareStream(): Promise<Stream> {
  const cwd = makeFolder()
  const authority = await startTimestampAuthority()
  onTestFinished(() => authority.close())
  writeFileSync(join(cwd, 'tsa-root.pem'), authority.rootPem)
  const signers = { ours: await makeSigner(cwd, 'ours'), theirs: await makeSigner(cwd, 'theirs') }
  const store = openStore(join(cwd, 'store'))
  const trust = ['--store', 'store', '--key', 'ours.pub', '--tsa-root', 'tsa-root.pem']
  return {
    cwd,
    remove: (number) => rmSync(join(cwd, 'store/attestations', rootOfWindow(number)), { recursive: true }),
    ask: (...more) => makoto(['verify-stream', STREAM, ...trust, ...more], { cwd }),
    async attest(number, words = {}) {
      const signer = signers[words.by ?? 'ours']
      const statement = stateWindow(number, { ...words, signer })
      const bytes = await signStatement(serializeStatement(statement), signer, {
        timestamp: (signature) => requestTimestamp(authority.url, signature),
      })
      await placeBundle(store, bytes, { name: STREAM, subject: words.root ?? rootOfWindow(number) })
    },
  }
}

async function makeSigner(cwd: string, name: string): Promise<Signer> {
  const { privateKeyPem, publicKeyPem } = await generateKey()
  writeFileSync(join(cwd, `${name}.key`), privateKeyPem)
  writeFileSync(join(cwd, `${name}.pub`), publicKeyPem)
  return openSigner(join(cwd, `${name}.key`))
}

const timeOf = (minutes: number) => new Date(Date.parse('2026-11-20T00:00:00.000Z') + minutes * 60_000).toISOString()

function stateWindow(
  number: number,
  { root = rootOfWindow(number), follows, dropped = 0, signer }: WindowWords & { signer: Signer },
): Statement<StreamWindowPredicate> {
  const before = follows ?? (number === 0 ? undefined : { number: number - 1 })
  const chain = before && {
    previousWindowId: windowId(before.number),
    previousMerkleRoot: before.root ?? rootOfWindow(before.number),
  }
  const digest = {
    sha256: root,
    merkleRoot: root,
    windowStart: timeOf(number * 10),
    windowEnd: timeOf(number * 10 + 10),
  }
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: windowId(number), digest, annotations: { kind: 'stream' } }],
    predicateType: PREDICATE.streamWindow,
    predicate: {
      stream: { id: 'sensors' },
      window: { type: 'tumbling' },
      integrity: {
        merkleTree: { algorithm: 'sha256', leafCount: 10, root },
        chain: { ...chain, genesisWindowId: windowId(0) },
      },
      collector: { id: `${signer.id}#agent` },
      metadata: { droppedRecords: dropped, finishedOn: new Date().toISOString() },
    },
  }
}
