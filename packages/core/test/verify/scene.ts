import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type AttestOriginOptions,
  attestOrigin,
  buildTransform,
  type Completeness,
  canonicalize,
  datasetName,
  digestDataset,
  generateKey,
  openSigner,
  openStore,
  type Previous,
  parsePublicKey,
  parseTimestampAuthorities,
  type Report,
  requestTimestamp,
  type Signer,
  type Statement,
  type Store,
  serializeStatement,
  sha256Hex,
  signStatement,
  type TransformInput,
  type TransformPredicate,
  type Trust,
  type VerifyDatasetOptions,
  verifyDataset,
} from '@makoto/core'
import { startTimestampAuthority, type TestTimestampAuthority } from '@makoto/testkit'
import { attestationPath, pointerPath } from '../../src/store/layout.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-21T03:00:00.000Z')

export interface Attested {
  readonly name: string
  readonly sha256: string
  readonly bundle: string
  readonly path: string
}

/** What a test changes about a transform that would otherwise verify. */
export interface TransformChanges {
  readonly predicate?: Partial<TransformPredicate>
  readonly inputs?: (inputs: TransformInput[]) => TransformInput[]
  readonly completeness?: Completeness
  readonly previous?: Previous
  readonly run?: string
  readonly execution?: string
  readonly edit?: (statement: Statement<TransformPredicate>) => Statement<object>
  readonly signer?: Signer | null
  readonly timestamp?: boolean
}

/** A lake, a store, a key and a timestamp authority, with a clock that moves a minute at each attestation. */
export interface Scene {
  readonly root: string
  readonly store: Store
  readonly signer: Signer
  readonly trust: Trust
  readonly authority: TestTimestampAuthority
  readonly now: () => Date
  readonly advance: (minutes: number) => void
  readonly path: (...segments: string[]) => string
  readonly write: (dataset: string, files: Record<string, string> | string) => string
  readonly attest: (dataset: string, options?: Partial<AttestOriginOptions>) => Promise<Attested>
  readonly transform: (dataset: string, inputs: readonly Attested[], changes?: TransformChanges) => Promise<Attested>
  readonly seal: (statement: Statement<object>, options?: SealOptions) => Promise<Attested>
  readonly verify: (dataset: string, options?: Partial<VerifyDatasetOptions>) => Promise<Report>
  readonly close: () => Promise<void>
}

export interface SealOptions {
  readonly signer?: Signer | null
  readonly timestamp?: boolean
  readonly pointer?: boolean
}

export async function newSigner(folder: string, name: string): Promise<{ signer: Signer; publicKeyPem: string }> {
  const { privateKeyPem, publicKeyPem } = await generateKey()
  const file = join(folder, name)
  writeFileSync(file, privateKeyPem)
  return { signer: await openSigner(file), publicKeyPem }
}

export async function openScene(): Promise<Scene> {
  const root = mkdtempSync(join(tmpdir(), 'makoto-verify-'))
  let time = START
  const now = () => new Date(time)
  const authority = await startTimestampAuthority({ time: now })
  const { signer, publicKeyPem } = await newSigner(root, 'key.pem')
  const store = openStore(join(root, 'store'))
  const trust = {
    keys: [parsePublicKey(publicKeyPem)],
    timestampAuthorities: parseTimestampAuthorities(authority.rootPem),
  }
  const path = (...segments: string[]) => join(root, 'lake', ...segments)

  const seal: Scene['seal'] = async (statement, { signer: by = signer, timestamp = true, pointer = true } = {}) => {
    const payload = serializeStatement(statement)
    const stamp = timestamp ? { timestamp: (signature: Uint8Array) => requestTimestamp(authority.url, signature) } : {}
    const bytes = by === null ? payload : await signStatement(payload, by, stamp)
    const [{ name = '', digest: { sha256 = '' } = {} } = {}] = statement.subject
    return place(store, { name, sha256, bytes, form: by === null ? 'intoto' : 'sigstore', time: now(), pointer })
  }

  return {
    root,
    store,
    signer,
    trust,
    authority,
    now,
    path,
    seal,
    advance: (minutes) => {
      time += minutes * MINUTE
    },
    write: (dataset, files) => writeDataset(path(dataset), files),
    attest: async (dataset, options = {}) => {
      time += MINUTE
      const done = await attestOrigin(path(dataset), {
        store,
        signer,
        trust,
        timestampUrl: authority.url,
        now: now(),
        ...options,
      })
      return { name: done.name, sha256: done.dataset.sha256, bundle: done.bundle, path: done.path }
    },
    transform: async (dataset, inputs, changes = {}) => {
      time += MINUTE
      const statement = await stateTransform(path(dataset), inputs, { changes, now: now(), actor: signer.id })
      return seal(changes.edit?.(statement) ?? statement, changes)
    },
    verify: (dataset, options = {}) =>
      verifyDataset(path(dataset), { store, trust, at: new Date(time + MINUTE), ...options }),
    close: async () => {
      await authority.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function writeDataset(target: string, files: Record<string, string> | string): string {
  const all =
    typeof files === 'string'
      ? [[target, files] as const]
      : Object.entries(files).map(([name, text]) => [join(target, name), text] as const)
  for (const [file, text] of all) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return target
}

/** How an input is named when everything is in order. */
export function referTo({ name, sha256, bundle, path }: Attested): TransformInput {
  return { name, digest: { sha256 }, attestationRef: path, attestationDigest: { sha256: bundle } }
}

async function stateTransform(
  dataset: string,
  inputs: readonly Attested[],
  { changes, now, actor }: { changes: TransformChanges; now: Date; actor: string },
): Promise<Statement<TransformPredicate>> {
  const { predicate, completeness, previous = null, run, execution } = changes
  const found = await digestDataset(dataset)
  const references = inputs.map(referTo)
  const name = datasetName(dataset)
  return buildTransform({
    dataset: { name, uri: name.slice('dataset:'.length), ...found },
    previous,
    ...(run === undefined ? {} : { run }),
    ...(execution === undefined ? {} : { version: execution }),
    ...(completeness === undefined ? {} : { completeness }),
    predicate: {
      inputs: changes.inputs?.(references) ?? references,
      transform: { type: 'https://makoto.dev/transforms/spark-batch', name: 'clean' },
      executor: { id: `${actor}#agent`, platform: 'apache-spark' },
      metadata: { startedOn: now.toISOString(), finishedOn: now.toISOString() },
      ...predicate,
    },
  })
}

interface Placement {
  readonly name: string
  readonly sha256: string
  readonly bytes: Uint8Array
  readonly form: 'sigstore' | 'intoto'
  readonly time: Date
  readonly pointer: boolean
}

async function place(store: Store, { name, sha256, bytes, form, time, pointer }: Placement): Promise<Attested> {
  const bundle = sha256Hex(bytes)
  const path = attestationPath(sha256, bundle, form)
  await store.put(path, bytes)
  const hint = { name, subject: sha256, bundle, time: time.toISOString() }
  if (pointer) await store.put(pointerPath(hint), canonicalize(hint))
  return { name, sha256, bundle, path }
}

/** Makes every input say something else: a producer's lie, or its mistake. */
export const changed =
  (change: Partial<TransformInput>) =>
  (inputs: TransformInput[]): TransformInput[] =>
    inputs.map((input) => ({ ...input, ...change }))

/** What the report says to a question: the status, and the code where it contradicts. */
export function answer({ checks }: Report, id: string): string | undefined {
  const relevant = checks.filter((check) => check.id === id)
  const worst =
    relevant.find(({ status }) => status === 'fail') ?? relevant.find(({ status }) => status !== 'pass') ?? relevant[0]
  return worst?.code ?? worst?.status
}

export const requirement = ({ requirements }: Report, id: string) => requirements.find((row) => row.id === id)?.status
