/**
 * Verifying a chain of 10,000 attestations from a local store: seconds, memory, and how much of it is cryptography.
 *
 *     node --conditions=@makoto/source packages/core/bench/verify-chain.bench.ts [--attestations 10000] [--width 10]
 *
 * Layers of `width` datasets, each made from two of the layer below, ten files each, all signed and timestamped.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import {
  buildOrigin,
  buildTransform,
  datasetName,
  digestDataset,
  digestManifest,
  encodeUtf8,
  generateKey,
  openSigner,
  openStore,
  parsePublicKey,
  parseTimestampAuthorities,
  requestTimestamp,
  type Statement,
  serializeStatement,
  sha256Hex,
  signStatement,
  verifyDataset,
} from '@makoto/core'
import { startTimestampAuthority, type TestTimestampAuthority } from '@makoto/testkit'

const { values } = parseArgs({
  options: {
    attestations: { type: 'string', default: '10000' },
    width: { type: 'string', default: '10' },
    files: { type: 'string', default: '10' },
  },
})
const [count, width, files] = [values.attestations, values.width, values.files].map(Number) as [number, number, number]

const root = mkdtempSync(join(tmpdir(), 'makoto-bench-'))

interface Made {
  readonly name: string
  readonly sha256: string
  readonly bundle: string
}

async function measure(authority: TestTimestampAuthority): Promise<void> {
  const { privateKeyPem, publicKeyPem } = await generateKey()
  writeFileSync(join(root, 'key.pem'), privateKeyPem)
  const signer = await openSigner(join(root, 'key.pem'))
  const store = openStore(join(root, 'store'))
  const began = performance.now()
  const dataset = await writeChain(async (statement) => {
    const payload = serializeStatement(statement)
    const bytes = await signStatement(payload, signer, {
      timestamp: (signature) => requestTimestamp(authority.url, signature),
    })
    const [{ name = '', digest: { sha256 = '' } = {} } = {}] = statement.subject
    const bundle = sha256Hex(bytes)
    await store.put(`attestations/${sha256}/${bundle}.sigstore.json`, bytes)
    return { name, sha256, bundle }
  }, signer.id)
  console.log(`${count} attestations, ${width} wide, ${files} files each, written in ${seconds(began)} s`)
  globalThis.gc?.()
  const before = process.memoryUsage()
  const start = performance.now()
  const cpu = process.cpuUsage()
  const watch = watchMemory()
  const report = await verifyDataset(dataset, {
    store,
    trust: {
      keys: [parsePublicKey(publicKeyPem)],
      timestampAuthorities: parseTimestampAuthorities(authority.rootPem),
    },
  })
  const took = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  const peak = watch()
  console.log(
    `${report.verdict} L${report.level}, ${report.chain.length} attestations in the chain${report.failure ? `: ${report.failure.message}` : ''}`,
  )
  console.log(
    `${(took / 1000).toFixed(2)} s, ${((1000 * took) / report.chain.length).toFixed(0)} µs an attestation, ${((user + system) / 1e6).toFixed(2)} s of CPU`,
  )
  console.log(`peak resident ${mib(peak)} MiB, ${mib(peak - before.rss)} more than before`)
}

async function writeChain(put: (statement: Statement<object>) => Promise<Made>, actor: string): Promise<string> {
  const target = join(root, 'lake')
  writeFileSync(target, 'the last dataset\n')
  const last = await digestDataset(target)
  let below: Made[] = []
  for (let made = 0; made < count - 1; ) {
    const layer = Math.min(width, count - 1 - made)
    const inputs = below
    const numbers = Array.from({ length: layer }, (_, i) => made + i)
    below = await Promise.all(numbers.map((number, i) => put(state(number, pick(inputs, i), actor))))
    made += layer
  }
  const name = datasetName(target)
  await put(transform({ name, ...last }, below, actor))
  return target
}

const pick = (below: readonly Made[], i: number) =>
  [...new Set([below[i % below.length], below[(i + 1) % below.length]])].filter((made) => made !== undefined)

function state(number: number, inputs: readonly Made[], actor: string): Statement<object> {
  const entries = Array.from({ length: files }, (_, i) => ({
    path: `part-${i}.parquet`,
    sha256: sha256Hex(encodeUtf8(`${number} ${i}`)),
    size: 1,
  }))
  const dataset = {
    name: `dataset:bench.${number}`,
    kind: 'files' as const,
    files: entries,
    ...digestManifest(entries),
  }
  if (inputs.length > 0) return transform(dataset, inputs, actor)
  return buildOrigin({
    dataset,
    previous: null,
    predicate: {
      origin: { source: 'bench', collectionTimestamp: new Date().toISOString(), collectionMethod: 'attested-by-hand' },
      collector: { id: `${actor}#cli` },
    },
  })
}

type Dataset = Parameters<typeof buildTransform>[0]['dataset']

function transform(dataset: Dataset, inputs: readonly Made[], actor: string): Statement<object> {
  return buildTransform({
    dataset,
    previous: null,
    predicate: {
      inputs: inputs.map(({ name, sha256, bundle }) => ({
        name,
        digest: { sha256 },
        attestationRef: `attestations/${sha256}/${bundle}.sigstore.json`,
        attestationDigest: { sha256: bundle },
      })),
      transform: { type: 'https://makoto.dev/transforms/spark-batch', name: 'bench' },
      executor: { id: `${actor}#agent`, platform: 'apache-spark' },
      metadata: { startedOn: new Date().toISOString(), finishedOn: new Date().toISOString() },
    },
  })
}

function watchMemory(): () => number {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const timer = setInterval(look, 50)
  return () => {
    clearInterval(timer)
    look()
    return peak
  }
}

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1)
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(0)

const authority = await startTimestampAuthority()
try {
  await measure(authority)
} finally {
  await authority.close()
  rmSync(root, { recursive: true, force: true })
}
