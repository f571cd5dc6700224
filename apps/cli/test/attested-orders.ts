import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  attestOrigin,
  buildOrigin,
  datasetName,
  digestDataset,
  generateKey,
  openSigner,
  openStore,
  requestTimestamp,
  serializeStatement,
  signStatement,
} from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { onTestFinished } from 'vitest'
import { makeFolder, makoto, type Outcome } from './makoto.ts'
import { placeBundle } from './place-bundle.ts'

export type Orders = {
  readonly cwd: string
  /** Options that `verify` and `dbom` need to prove level 2. */
  readonly trust: readonly string[]
  readonly timestampUrl: string
  readonly attest: (...more: string[]) => Promise<Outcome>
  readonly verify: (...more: string[]) => Promise<Outcome>
}

/** A directory of two files with a key and a timestamp authority of its own, as a person would set it up by hand. */
export async function prepareOrders(): Promise<Orders> {
  const cwd = makeFolder()
  mkdirSync(join(cwd, 'orders/year=2024'), { recursive: true })
  writeFileSync(join(cwd, 'orders/part-0.csv'), 'id,total\n1,10\n')
  writeFileSync(join(cwd, 'orders/year=2024/part-1.csv'), 'id,total\n2,20\n')
  const authority = await startTimestampAuthority()
  onTestFinished(() => authority.close())
  writeFileSync(join(cwd, 'tsa-root.pem'), authority.rootPem)
  const key = await generateKey()
  writeFileSync(join(cwd, 'ours.key'), key.privateKeyPem)
  writeFileSync(join(cwd, 'ours.pub'), key.publicKeyPem)
  const trust = ['--store', 'store', '--key', 'ours.pub', '--tsa-root', 'tsa-root.pem']
  const signing = ['--store', 'store', '--key', 'ours.key', '--timestamp-url', authority.url]
  return {
    cwd,
    trust,
    timestampUrl: authority.url,
    attest: (...more) => makoto(['attest', 'origin', 'orders', ...signing, ...more], { cwd }),
    verify: (...more) => makoto(['verify', 'orders', ...trust, ...more], { cwd }),
  }
}

/** The same, attested, signed and timestamped: without a process of its own, which a hundred tests would wait for. */
export async function prepareAttestedOrders(): Promise<Orders> {
  const orders = await prepareOrders()
  await attestOrigin(join(orders.cwd, 'orders'), {
    store: openStore(join(orders.cwd, 'store')),
    signer: await openSigner(join(orders.cwd, 'ours.key')),
    timestampUrl: [orders.timestampUrl],
  })
  return orders
}

/** The same, where nobody attested it: a job states that it found the data, as the agent does. */
export async function prepareObservedOrders(): Promise<Orders> {
  const orders = await prepareOrders()
  const place = join(orders.cwd, 'orders')
  const signer = await openSigner(join(orders.cwd, 'ours.key'))
  const found = await digestDataset(place)
  const name = datasetName(place)
  const statement = buildOrigin({
    dataset: { name, ...found },
    previous: null,
    predicate: {
      origin: {
        source: place,
        collectionTimestamp: new Date().toISOString(),
        collectionMethod: 'observed-at-read',
      },
      collector: { id: `${signer.id}#observer` },
    },
  })
  const bytes = await signStatement(serializeStatement(statement), signer, {
    timestamp: (signature) => requestTimestamp(orders.timestampUrl, signature),
  })
  await placeBundle(openStore(join(orders.cwd, 'store')), bytes, { name, subject: found.sha256 })
  return orders
}

/** Paths of the bundles in the store. */
export function listBundles(cwd: string): string[] {
  return readdirSync(join(cwd, 'store/attestations'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(sigstore|intoto)\.json$/.test(name))
    .map((name) => join('store/attestations', name))
}
