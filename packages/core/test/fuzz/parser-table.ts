/** Everything that reads bytes or text from outside; the rooms of the transparency log have their own fuzz (`test/log`). */
import {
  compressGzip,
  datasetName,
  decodeHex,
  decodeUtf8,
  encodeUtf8,
  equalBytes,
  MakotoError,
  matchDatasetGlob,
  matchGlob,
  openArchive,
  POLICY_SCHEMA,
  type PolicyFiles,
  parseBundle,
  parseCertificateAuthorities,
  parseJson,
  parseManifest,
  parsePublicKey,
  parseSigstoreBundle,
  parseStatement,
  parseTimestamp,
  parseTimestampAuthorities,
  parseTrustedRoot,
  readDuration,
  readFlatDbom,
  readPolicy,
  readPredicate,
  renderManifest,
  sha256Hex,
  verifyTimestamp,
} from '@makoto/core'
import { readTar } from '../../src/archive/read-tar.ts'
import { writeTar } from '../../src/archive/write-tar.ts'
import { applyManifestDelta, parseManifestDelta } from '../../src/digest/manifest-delta.ts'
import { checkManifestPath } from '../../src/digest/manifest-path.ts'
import { decryptKey } from '../../src/key/encrypted-key.ts'
import { parsePkcs11Uri } from '../../src/key/pkcs11-uri.ts'
import { parsePrivateKey } from '../../src/key/private-key.ts'
import { readPublicKey } from '../../src/key/public-key.ts'
import { parseCertificateTimestamps } from '../../src/log/certificate-timestamp.ts'
import { readPrecertificate } from '../../src/log/precertificate.ts'
import { parseMemory } from '../../src/memory/memory-line.ts'
import { decompressGzip } from '../../src/store/gzip.ts'
import { readHttpAddress } from '../../src/store/http-address.ts'
import {
  readAttestationPath,
  readInvocation,
  readPointerPath,
  readRunRecordPath,
  readStagesPath,
} from '../../src/store/layout.ts'
import { checkObjectPath } from '../../src/store/object-path.ts'
import { formatIndexLine, parseStoreIndex } from '../../src/store/store-index.ts'
import { readCertificate } from '../../src/trust/certificate.ts'
import { readStageLines } from '../../src/verify/stage-lines.ts'
import {
  encryptedPem,
  FLAT_DBOM,
  listRun,
  readBundleFixture,
  readManifests,
  readNames,
  readRun,
  readStageObjects,
  readStatements,
  STREAM_WINDOW,
  writeQuickEncryptedKey,
} from './read-seeds.ts'
import type { Parser } from './run-fuzz.ts'
import { findChange, type SignedSeed, signSeeds, verifySeed } from './signed-seeds.ts'

export async function openParsers(): Promise<readonly Parser[]> {
  const signed = await signSeeds()
  return [
    ...bundleParsers(signed),
    ...trustParsers(signed),
    ...keyParsers(),
    ...dataParsers(),
    ...storeParsers(),
    ...textParsers(),
  ]
}

function bundleParsers(signed: readonly SignedSeed[]): Parser[] {
  const run = readRun(/sigstore\.json$/)
  const bundles = signed.map(({ bytes }) => bytes)
  const proven = signed.map((seed) => verifySeed(seed, seed.bytes))
  const byAgent = parsePublicKey(readRun(/agent\.pub$/)[0] ?? NOTHING)
  const stages = readStageObjects()
  const agent = { signer: { id: byAgent.id, key: byAgent }, actor: `${byAgent.id}#agent` }
  return [
    { name: 'bundle', mutation: 'json', seeds: [...bundles, ...run], read: (input) => parseBundle(input) },
    { name: 'bundle of any version', mutation: 'json', seeds: bundles, read: (input) => parseSigstoreBundle(input) },
    {
      name: 'verified bundle',
      mutation: 'json',
      seeds: bundles,
      read: (input, which) => findChange(signed[which] ?? NO_SEED, input, proven[which]),
      judge: (change) => (typeof change === 'string' ? change : undefined),
      share: 3,
    },
    {
      name: 'statement',
      mutation: 'json',
      seeds: [...readStatements(), ...run.map((bytes) => parseBundle(bytes).payload), STREAM_WINDOW],
      read: (input) => readPredicate(parseStatement(input)),
    },
    { name: 'flat DBOM', mutation: 'json', seeds: [FLAT_DBOM], read: (input) => readFlatDbom(input) },
    {
      name: 'stage lines',
      mutation: 'json',
      seeds: stages.map(({ bytes }) => bytes),
      read: (input, which) => {
        const { owner, runId } = stages[which] ?? { owner: '', runId: '' }
        const lines = readStageLines(input, { runId, owner, ...agent })
        return typeof lines === 'string' ? refuse('statement-invalid', lines) : lines
      },
    },
    {
      name: 'JSON',
      mutation: 'text',
      seeds: readStatements(),
      read: (input) => parseJson(input),
      judge: (answer, input) =>
        JSON.stringify(answer) === JSON.stringify(JSON.parse(decodeUtf8(input)))
          ? undefined
          : 'read otherwise than by JSON.parse',
    },
  ]
}

function trustParsers(signed: readonly SignedSeed[]): Parser[] {
  const parsed = signed.map(({ bytes }) => parseBundle(bytes))
  const certificates = parsed.flatMap(({ signer }) => (signer.kind === 'certificate' ? [signer.certificate] : []))
  const lists = certificates.flatMap((der) => readPrecertificate(der).timestamps ?? [])
  const times = parsed.map(({ signature, timestamps }, which) => readTime(signed[which], signature, timestamps[0]))
  const { timestampRoot } = readBundleFixture()
  return [
    { name: 'certificate', mutation: 'bytes', seeds: certificates, read: (input) => readCertificate(input) },
    {
      name: 'certificate timestamps',
      mutation: 'bytes',
      seeds: [...lists],
      read: (input) => parseCertificateTimestamps(input),
    },
    { name: 'precertificate', mutation: 'bytes', seeds: certificates, read: (input) => readPrecertificate(input) },
    {
      name: 'timestamp',
      mutation: 'bytes',
      seeds: parsed.flatMap(({ timestamps }) => [...timestamps]),
      read: (input) => parseTimestamp(input),
    },
    {
      name: 'verified timestamp',
      mutation: 'bytes',
      seeds: parsed.map(({ timestamps }) => timestamps[0] ?? NOTHING),
      read: (input, which) => readTime(signed[which], parsed[which]?.signature, input),
      judge: (answer, _, which) => (answer === times[which] ? undefined : `another time: ${String(answer)}`),
    },
    {
      name: 'authorities in PEM',
      mutation: 'text',
      seeds: [encodeUtf8(timestampRoot)],
      read: (input) => parseTimestampAuthorities(input),
    },
    {
      name: 'certificate authorities in PEM',
      mutation: 'text',
      seeds: [encodeUtf8(timestampRoot)],
      read: (input) => parseCertificateAuthorities(input),
    },
    {
      name: 'trusted root',
      mutation: 'json',
      seeds: signed.slice(0, 1).map(({ trustedRoot }) => encodeUtf8(trustedRoot)),
      read: (input) => parseTrustedRoot(input),
    },
  ]
}

function readTime(seed = NO_SEED, signature = NOTHING, token = NOTHING): string {
  const { time, authorityId } = verifyTimestamp(token, signature, seed.trust.timestampAuthorities)
  return `${time.toISOString()} ${authorityId}`
}

const NOTHING: Uint8Array = new Uint8Array()

const NO_SEED: SignedSeed = {
  name: '',
  bytes: new Uint8Array(),
  trust: { keys: [], timestampAuthorities: [] },
  trustedRoot: '{}',
  publicKeyPem: '',
  logged: false,
}

function keyParsers(): Parser[] {
  const { publicKey, privateKey } = readBundleFixture()
  const pem = encodeUtf8(publicKey)
  return [
    { name: 'public key in PEM', mutation: 'text', seeds: [pem], read: (input) => parsePublicKey(input) },
    { name: 'public key', mutation: 'bytes', seeds: [parsePublicKey(pem).spki], read: (input) => readPublicKey(input) },
    {
      name: 'private key',
      mutation: 'text',
      seeds: [encodeUtf8(privateKey)],
      read: (input) => parsePrivateKey(new TextDecoder().decode(input), async () => 'password'),
      share: 0.25,
    },
    {
      name: 'encrypted key',
      mutation: 'json',
      seeds: [encodeUtf8('{}')],
      read: async (input) =>
        decryptKey(input.length < 3 ? writeQuickEncryptedKey() : input, 'password').catch(passWrong),
      share: 0.01,
    },
    {
      name: 'encrypted key in PEM',
      mutation: 'json',
      seeds: [writeQuickEncryptedKey()],
      read: async (input) => parsePrivateKey(encryptedPem(input), async () => 'password').catch(passWrong),
      share: 0.05,
    },
    {
      name: 'PKCS#11 URI',
      mutation: 'text',
      seeds: [encodeUtf8('pkcs11:token=lake;object=spark%20key?module-path=/usr/lib/x.so')],
      read: textOf(parsePkcs11Uri),
    },
  ]
}

const textOf = (read: (text: string) => unknown) => (input: Uint8Array) => read(new TextDecoder().decode(input))

function dataParsers(): Parser[] {
  const manifests = readManifests()
  const base = manifests.at(-1) ?? new Uint8Array()
  const [first = '', ...others] = decodeUtf8(base).split('\n')
  const delta = `makoto-manifest-delta-v1\nbase ${sha256Hex(base)}\n-${first}\n+${first}2\n`
  return [
    {
      name: 'manifest',
      mutation: 'text',
      seeds: manifests,
      read: (input) => renderManifest(parseManifest(input)),
      judge: (answer, input) =>
        answer instanceof Uint8Array && equalBytes(answer, input) ? undefined : 'writes otherwise than it reads',
    },
    {
      name: 'manifest delta',
      mutation: 'text',
      seeds: others.length > 0 ? [encodeUtf8(delta)] : [],
      read: (input) => applyManifestDelta(parseManifest(base), parseManifestDelta(input)),
    },
    {
      name: 'path in a manifest',
      mutation: 'text',
      seeds: [encodeUtf8('year=2026/part-0.parquet')],
      read: textOf(checkManifestPath),
    },
    {
      name: 'dataset name',
      mutation: 'text',
      seeds: readNames(),
      read: textOf((text) => datasetName(text, { base: '/lake' })),
    },
    {
      name: 'glob',
      mutation: 'text',
      seeds: ['**', 's3://lake/**/orders-*', 'https://ci.example/*/*@refs/**'].map(encodeUtf8),
      read: textOf((glob) => [
        matchGlob(glob, 's3://lake/a/b/c/orders-1'.repeat(20)),
        matchDatasetGlob(glob, 'dataset:s3://lake/x'),
      ]),
    },
  ]
}

function storeParsers(): Parser[] {
  const files = new Map([
    ['index.jsonl', encodeUtf8('x')],
    ['manifests/ü', encodeUtf8('y')],
  ])
  const paths = listRun().map(encodeUtf8)
  const places = [...paths.filter((path) => findPlaces(decodeUtf8(path)).length > 0), encodeUtf8('app~1~0f/job-7')]
  const index = listRun().map((path) => decodeUtf8(formatIndexLine({ path, size: 1 })))
  const limits = { maxBytes: 1_000_000, maxEntries: 100 }
  return [
    {
      name: 'archive',
      mutation: 'bytes',
      seeds: [compressGzip(writeTar(files))],
      read: (input) => openArchive(input, limits),
    },
    {
      name: 'tar',
      mutation: 'bytes',
      seeds: [writeTar(files)],
      read: (input) => readTar(input, limits),
    },
    {
      name: 'gzip',
      mutation: 'bytes',
      seeds: readManifests().map(compressGzip),
      read: (input) => decompressGzip(input, { maxBytes: 100_000 }),
    },
    {
      name: 'index.jsonl',
      mutation: 'json',
      seeds: [encodeUtf8(index.slice(0, 8).join('')), encodeUtf8(index[0] ?? '')],
      read: (input) => parseStoreIndex(input),
    },
    {
      name: 'object path',
      mutation: 'text',
      seeds: paths.filter((path) => !decodeUtf8(path).includes('~')),
      read: textOf(checkObjectPath),
    },
    {
      name: 'places',
      mutation: 'text',
      seeds: places,
      read: textOf((path) => findPlaces(path)[0] ?? refuse('store-path-invalid', 'no place of a store')),
    },
    {
      name: 'address of a store',
      mutation: 'text',
      seeds: [encodeUtf8('https://store.example/lake/')],
      read: textOf((uri) => readHttpAddress(uri, {})),
    },
    {
      name: 'memory',
      mutation: 'text',
      seeds: [encodeUtf8(`v1 2026-11-21T00:00:00.000Z ${'a'.repeat(64)} ${'b'.repeat(64)} dataset:file:/lake/x y\n`)],
      read: textOf((text) => parseMemory(text, 'memory')),
    },
  ]
}

/** A digest that a path states is one: what is looked up by it can lie in no other place. */
function findPlaces(path: string): object[] {
  const stated = [readAttestationPath(path), readPointerPath(path), readRunRecordPath(path)]
  for (const place of stated) if (place !== undefined) decodeHex(place.bundle)
  return [...stated, readStagesPath(path), readInvocation(path)].filter((place) => place !== undefined)
}

/** What a reader answers in words, or with nothing, is a refusal like others. */
function refuse(code: 'statement-invalid' | 'store-path-invalid' | 'options-invalid', reason: string): never {
  throw new MakotoError(code, reason)
}

function textParsers(): Parser[] {
  const { publicKey } = readBundleFixture()
  const document = { schema: POLICY_SCHEMA, rules: [{ name: 'all', datasets: ['**'], level: 1, maxAge: '7d' }] }
  const yaml = `schema: ${POLICY_SCHEMA}\ntrust:\n  keys: [{ name: spark, file: spark.pub, validUntil: '2027-01-01T00:00:00Z' }]
signers:\n  spark: { key: spark }\nrules:\n  - { name: all, datasets: ['**'], attestedBy: [spark], level: 2 }\n`
  const filesOf = (policy: Uint8Array): PolicyFiles => ({
    resolve: (reference) => reference,
    read: async (place) => (place.startsWith('policy.') ? policy : encodeUtf8(publicKey)),
  })
  return [
    {
      name: 'duration',
      mutation: 'text',
      seeds: ['7d', '36h', '90m'].map(encodeUtf8),
      read: textOf((text) => readDuration(text) ?? refuse('options-invalid', 'no duration')),
    },
    {
      name: 'policy in YAML',
      mutation: 'text',
      seeds: [encodeUtf8(yaml)],
      read: (input) => readPolicy('policy.yaml', filesOf(input)),
    },
    {
      name: 'policy in JSON',
      mutation: 'json',
      seeds: [encodeUtf8(JSON.stringify(document))],
      read: (input) => readPolicy('policy.json', filesOf(input)),
    },
  ]
}

/** A key that no password opens has been read to its end. */
function passWrong(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'password-wrong') return 'read'
  throw error
}
