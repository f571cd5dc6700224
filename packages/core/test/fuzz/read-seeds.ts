import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeUtf8, formatPem } from '@makoto/core'
import { readStagesPath } from '../../src/store/layout.ts'
import { readFixture } from '../fixtures.ts'

const home = fileURLToPath(new URL('../../../../fixtures/runs/spark-3.5/', import.meta.url))

/** What a real agent left, by the end of its path: see the README beside it. */
export function readRun(ending: RegExp): readonly Uint8Array[] {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .filter((path) => ending.test(path))
    .map((path) => new Uint8Array(readFileSync(path)))
}

/** Where a real agent put it. */
export function listRun(): readonly string[] {
  return readdirSync(`${home}store`, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
}

/** Its objects of stage lines, each with the execution and the run that it is of. */
export function readStageObjects(): readonly { bytes: Uint8Array; owner: string; runId: string }[] {
  return listRun().flatMap((path) => {
    const [owner, runId] = [readStagesPath(path)?.owner, path.split('/')[1]]
    if (owner === undefined || runId === undefined) return []
    return [{ bytes: new Uint8Array(readFileSync(`${home}store/${path}`)), owner, runId }]
  })
}

export const readStatements = (): readonly Uint8Array[] =>
  readFixture<{ bytes: string }[]>('statement.json').map(({ bytes }) => encodeUtf8(bytes))

export const readManifests = (): readonly Uint8Array[] =>
  readFixture<{ sets: { manifest: string }[] }>('manifest.json').sets.map(({ manifest }) => encodeUtf8(manifest))

export const readNames = (): readonly Uint8Array[] =>
  readFixture<{ input: string; name: string | null }[]>('names.json')
    .filter(({ name }) => name !== null)
    .map(({ input }) => encodeUtf8(input))

export const readBundleFixture = () =>
  readFixture<{ privateKey: string; publicKey: string; timestampRoot: string; plain: string; stamped: string }>(
    'bundle.json',
  )

/** An encrypted key whose password is quick to try: the form is what is broken here, not the password. */
export function writeQuickEncryptedKey(): Uint8Array {
  const zeros = (length: number) => Buffer.alloc(length).toString('base64')
  const kdf = { name: 'scrypt', params: { N: 2, r: 1, p: 1 }, salt: zeros(32) }
  const document = { kdf, cipher: { name: 'nacl/secretbox', nonce: zeros(24) }, ciphertext: zeros(154) }
  return encodeUtf8(JSON.stringify(document))
}

export const encryptedPem = (document: Uint8Array) => formatPem('ENCRYPTED SIGSTORE PRIVATE KEY', document)

export const FLAT_DBOM = encodeUtf8(
  JSON.stringify({
    schema_version: '0.1',
    id: 'dbom-1',
    created_at: '2026-11-21T00:00:00Z',
    source: { uri: 's3://lake/orders', hash: { algorithm: 'sha256', value: 'a'.repeat(64) }, format: 'parquet' },
    lineage: [{ step: 1, description: 'read', tool: 't', input_hash: 'n/a', output_hash: 'a'.repeat(64) }],
    signature: { algorithm: 'sha256', value: 'b'.repeat(64), signer: 'x' },
  }),
)

/** A window of a stream, which the agent does not write yet. */
export const STREAM_WINDOW = encodeUtf8(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'stream:orders', digest: { sha256: 'a'.repeat(64) } }],
    predicateType: 'https://makoto.dev/stream-window/v1',
    predicate: {
      stream: { id: 'orders' },
      window: { type: 'tumbling', start: '2026-11-21T00:00:00Z', end: '2026-11-21T00:01:00Z' },
      integrity: { merkleTree: { algorithm: 'sha256', leafCount: 1, root: 'a'.repeat(64) } },
    },
  }),
)
