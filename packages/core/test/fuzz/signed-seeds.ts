import { createPrivateKey } from 'node:crypto'
import {
  type BundleReport,
  buildOrigin,
  canonicalize,
  decodeUtf8,
  encodeUtf8,
  equalBytes,
  generateKey,
  MakotoError,
  openSigner,
  parseBundle,
  parsePublicKey,
  parseTrustedRoot,
  requestTimestamp,
  type Signer,
  serializeStatement,
  signerOfKey,
  signStatement,
  type Trust,
  verifyBundle,
} from '@makoto/core'
import { createTransparencyLog, renderTrustedRoot, startFulcio, startTimestampAuthority } from '@makoto/testkit'
import { bodyOf } from '../log/entry-bodies.ts'

/** A good bundle, with the trust under which it is good. */
export interface SignedSeed {
  readonly name: string
  readonly bytes: Uint8Array
  readonly trust: Trust
  /** The same as Sigstore's `trusted_root.json`. */
  readonly trustedRoot: string
  readonly publicKeyPem: string
  readonly logged: boolean
}

const WORKFLOW = 'https://ci.example/lake/orders/.workflows/load.yml@refs/heads/main'

/** @sigstore/verify reads a fraction of three digits alone, and DER leaves a last zero out. */
const nextSecond = () => new Date(Math.floor(Date.now() / 1000) * 1000 + 1123)

/** One bundle for each way in which a signer, a time and a log can stand in it. */
export async function signSeeds(): Promise<readonly SignedSeed[]> {
  const [fulcio, authority] = [await startFulcio(), await startTimestampAuthority({ time: nextSecond })]
  const logs = { v1: createTransparencyLog({ rekor: 1, origin: 'one.example' }), v2: createTransparencyLog() }
  try {
    const { privateKeyPem, publicKeyPem } = await generateKey()
    const identityToken = fulcio.issueToken(WORKFLOW)
    const byKey = await signWith(signerOfKey(createPrivateKey(privateKeyPem)), authority.url)
    const byCertificate = await signWith(
      await openSigner('sigstore:', { endpoint: fulcio.url, identityToken }),
      authority.url,
    )
    const root: object = JSON.parse(renderTrustedRoot({ fulcio, timestampChainPem: authority.chainPem }))
    const trustedRoot = JSON.stringify({ ...root, tlogs: [logs.v1.trustedRootEntry, logs.v2.trustedRootEntry] })
    const identities = [{ subject: WORKFLOW, issuer: fulcio.issuer }]
    const trust = { ...parseTrustedRoot(encodeUtf8(trustedRoot)), keys: [parsePublicKey(publicKeyPem)], identities }
    const seed = (name: string, bytes: Uint8Array, logged: boolean) => ({
      name,
      bytes,
      trust,
      trustedRoot,
      publicKeyPem,
      logged,
    })
    const inLogs = (bytes: Uint8Array) => {
      const signed = { ...parseBundle(bytes), ...signerOf(bytes, trust.keys[0]?.spki) }
      return [
        withEntry(bytes, logs.v1.append(bodyOf('dsse 0.0.1', signed))),
        withEntry(bytes, logs.v2.append(bodyOf('hashedrekord 0.0.2', signed))),
      ] as const
    }
    const [keyInOne, keyInTwo] = inLogs(byKey)
    const [certificateInOne, certificateInTwo] = inLogs(byCertificate)
    return [
      seed('key', byKey, false),
      seed('key, Rekor v1', keyInOne, true),
      seed('key, Rekor v2', keyInTwo, true),
      seed('certificate', byCertificate, false),
      seed('certificate, Rekor v1', certificateInOne, true),
      seed('certificate, Rekor v2', certificateInTwo, true),
    ]
  } finally {
    await Promise.all([fulcio.close(), authority.close()])
  }
}

async function signWith(signer: Signer, authority: string): Promise<Uint8Array> {
  const statement = buildOrigin({
    dataset: { name: 'dataset:file:/lake/orders.csv', kind: 'file', sha256: 'a'.repeat(64) },
    previous: null,
    predicate: {
      origin: { source: 'file:/in', collectionMethod: 'manual', collectionTimestamp: new Date().toISOString() },
      collector: { id: `${signer.id}#agent` },
    },
  })
  const timestamp = (signature: Uint8Array) => requestTimestamp(authority, signature)
  return signStatement(serializeStatement(statement), signer, { timestamp })
}

function signerOf(bytes: Uint8Array, spki: Uint8Array = new Uint8Array()) {
  const { signer } = parseBundle(bytes)
  return signer.kind === 'certificate' ? { certificate: signer.certificate } : { spki }
}

function withEntry(bytes: Uint8Array, entry: object): Uint8Array {
  const bundle = JSON.parse(decodeUtf8(bytes))
  bundle.verificationMaterial.tlogEntries = [entry]
  return canonicalize(bundle)
}

export function verifySeed({ trust }: SignedSeed, bytes: Uint8Array): BundleReport {
  return verifyBundle(bytes, trust)
}

/**
 * What a broken bundle proves beyond what it proved whole: other bytes, another signer, or a time that nobody
 * vouched for. Undefined where it proves no more; throws where it is refused.
 */
export function findChange(seed: SignedSeed, bytes: Uint8Array, whole: BundleReport | undefined): string | undefined {
  const report = verifySeed(seed, bytes)
  if (!report.accepted || report.form === 'intoto') throw new MakotoError('bundle-invalid', 'nothing is proven')
  if (report.signer?.id !== whole?.signer?.id) return `signed by ${report.signer?.id ?? 'nobody'}`
  if (!equalBytes(parseBundle(bytes).payload, parseBundle(seed.bytes).payload)) return 'another payload'
  const known = new Set(whole?.times.map(({ time, authorityId }) => `${time.getTime()} ${authorityId}`))
  const strange = report.times.find(({ time, authorityId }) => !known.has(`${time.getTime()} ${authorityId}`))
  return strange && `at ${strange.time.toISOString()} by ${strange.authority}`
}
