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

// @sigstore/core reads no time whose milliseconds end in a zero, which DER leaves out.
const authority = await startTimestampAuthority({ time: () => new Date(Math.floor(Date.now() / 1000) * 1000 + 1) })
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

type Contender = readonly [name: string, run: () => unknown]

const withKey: Contender = ['makoto, key', () => verifyOurs(plain, keyTrust, 1)]
const bare: Contender = ['JSON.parse and node:crypto', verifyWithNothingElse]
const withTime: Contender = ['makoto, key and timestamp', () => verifyOurs(stamped, timeTrust, 2)]
const oracle: Contender = [
  '@sigstore/verify',
  () => theirs.verify(toSignedEntity(bundleFromJSON(JSON.parse(Buffer.from(stamped).toString())))),
]

console.log(`with a key: ${compare(withKey, bare).toFixed(2)} × parsing and the bare verification`)
console.log(`with key and timestamp: ${compare(oracle, withTime).toFixed(1)} × as fast as @sigstore/verify`)

/**
 * The median of the ratios of two contenders, who take turns at going first: what one leaves behind in heap and caches, the
 * next one finds. Only the two are measured together, for the same reason.
 */
function compare(first: Contender, second: Contender): number {
  const ratios: number[] = []
  const times = new Map<Contender, number[]>([
    [first, []],
    [second, []],
  ])
  for (let round = -4; round < rounds; round++) {
    const turn = round % 2 === 0 ? [first, second] : [second, first]
    const measured = new Map(turn.map((contender) => [contender, measure(contender)]))
    if (round < 0) continue
    for (const [contender, time] of measured) times.get(contender)?.push(time)
    ratios.push((measured.get(first) ?? Number.NaN) / (measured.get(second) ?? Number.NaN))
  }
  for (const [[name], measured] of times)
    console.log(`${name.padEnd(28)} ${(median(measured) * 1000).toFixed(1).padStart(8)} µs`)
  return median(ratios)
}

/** Milliseconds for one verification. */
function measure([, run]: Contender): number {
  const start = performance.now()
  for (let i = 0; i < batch; i++) run()
  return (performance.now() - start) / batch
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
