/**
 * Verifying one bundle, interleaved in one process:
 *
 * - with a key, against `JSON.parse` and a bare `node:crypto` verify of the same bytes: what nobody can do without;
 * - with a key and a timestamp, in milliseconds, against @sigstore/verify on the same bundle and the same trust.
 *
 *     node --conditions=@makoto/source packages/core/bench/verify-bundle.bench.ts [--rounds 30] [--batch 200]
 *
 * Prints medians over the rounds, and medians of the ratios within each round.
 */
import { createPrivateKey, createPublicKey, verify as verifyBare } from 'node:crypto'
import { parseArgs } from 'node:util'
import {
  buildOrigin,
  encodeUtf8,
  generateKey,
  pae,
  parsePublicKey,
  parseTrustedRoot,
  requestTimestamp,
  serializeStatement,
  signerOfKey,
  signStatement,
  type Trust,
  verifyBundle,
} from '@makoto/core'
import { renderTrustedRoot, startTimestampAuthority } from '@makoto/testkit'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '30' }, batch: { type: 'string', default: '200' } },
})
const [rounds, batch] = [Number(values.rounds), Number(values.batch)]

const { privateKeyPem, publicKeyPem } = await generateKey()
const signer = signerOfKey(createPrivateKey(privateKeyPem))
const statement = serializeStatement(
  buildOrigin({
    dataset: { name: 'dataset:s3://lake/orders', uri: 's3://lake/orders', kind: 'file', sha256: 'a'.repeat(64) },
    previous: null,
    predicate: {
      origin: {
        source: 's3://partner/orders.csv',
        sourceType: 'file',
        collectionMethod: 'manual',
        collectionTimestamp: new Date().toISOString(),
      },
      collector: { id: `${signer.id}#agent` },
    },
  }),
)

const authority = await startTimestampAuthority()
const plain = await signStatement(statement, signer)
const stamped = await signStatement(statement, signer, {
  timestamp: (signature) => requestTimestamp(authority.url, signature),
})
await authority.close()

const rootJson = renderTrustedRoot({ timestampChainPem: authority.chainPem })
const keyTrust: Trust = { keys: [parsePublicKey(publicKeyPem)], timestampAuthorities: [] }
const timeTrust = { ...parseTrustedRoot(encodeUtf8(rootJson)), keys: keyTrust.keys }
const keyObject = createPublicKey(publicKeyPem)

const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(rootJson)), () => ({
  publicKey: keyObject,
  validFor: () => true,
}))
const theirs = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1 })

function verifyWithNothingElse(): void {
  const { dsseEnvelope } = JSON.parse(Buffer.from(plain).toString())
  const signed = pae(dsseEnvelope.payloadType, Buffer.from(dsseEnvelope.payload, 'base64'))
  JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString())
  if (!verifyBare('sha256', signed, keyObject, Buffer.from(dsseEnvelope.signatures[0].sig, 'base64')))
    throw new Error('the bare verification failed')
}

function verifyOurs(bytes: Uint8Array, trust: Trust, level: number): void {
  const report = verifyBundle(bytes, trust)
  if (!report.accepted || report.level !== level) throw new Error(`level ${report.level} is proven, not ${level}`)
}

const contenders: Readonly<Record<string, () => unknown>> = {
  'makoto, key': () => verifyOurs(plain, keyTrust, 1),
  'JSON.parse and node:crypto': verifyWithNothingElse,
  'makoto, key and timestamp': () => verifyOurs(stamped, timeTrust, 2),
  '@sigstore/verify': () => theirs.verify(toSignedEntity(bundleFromJSON(JSON.parse(Buffer.from(stamped).toString())))),
}

const times = measure()
for (const [name, measured] of times)
  console.log(`${name.padEnd(28)} ${(median(measured) * 1000).toFixed(1).padStart(8)} µs`)
console.log(
  `with a key: ${ratio('makoto, key', 'JSON.parse and node:crypto').toFixed(2)} × parsing and the bare verification`,
)
console.log(
  `with key and timestamp: ${ratio('@sigstore/verify', 'makoto, key and timestamp').toFixed(1)} × as fast as @sigstore/verify`,
)

/** Milliseconds for one verification, a number for each round. */
function measure(): Map<string, number[]> {
  const measured = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]))
  for (let round = -2; round < rounds; round++)
    for (const [name, run] of Object.entries(contenders)) {
      const start = performance.now()
      for (let i = 0; i < batch; i++) run()
      if (round >= 0) measured.get(name)?.push((performance.now() - start) / batch)
    }
  return measured
}

function ratio(slow: string, fast: string): number {
  const divisors = times.get(fast) ?? []
  return median((times.get(slow) ?? []).map((time, round) => time / (divisors[round] ?? time)))
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
