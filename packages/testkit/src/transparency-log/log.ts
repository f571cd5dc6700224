import { hash, type KeyObject } from 'node:crypto'
import { auditPath, consistencyPath, leafHash, treeHead } from './merkle.ts'
import { createNoteSigner, type NoteKeyKind } from './note-signer.ts'

/** An entry as a bundle holds it, in the JSON of Sigstore's TransparencyLogEntry. */
export interface TestLogEntry {
  logIndex: string
  logId: { keyId: string }
  kindVersion: { kind: string; version: string }
  integratedTime?: string
  inclusionPromise?: { signedEntryTimestamp: string }
  inclusionProof: {
    logIndex: string
    rootHash: string
    treeSize: string
    hashes: string[]
    checkpoint: { envelope: string }
  }
  canonicalizedBody: string
}

export interface TransparencyLogOptions {
  /** Default `log.example`. */
  readonly origin?: string
  /** Default: Ed25519 for Rekor v2, P-256 for v1, as the public ones have it. */
  readonly key?: NoteKeyKind
  /** Of that kind; default a new one. */
  readonly privateKey?: KeyObject
  /** Default 2. A log of version 1 adds a promise with its clock, and a tree id to the origin. */
  readonly rekor?: 1 | 2
  /** What the clock of a log of version 1 says; default the machine's. */
  readonly time?: () => Date
  /** Entries of other people that are there already. Default 5. */
  readonly filled?: number
}

export interface TestTransparencyLog {
  readonly origin: string
  /** As entries and trusted roots name the log, hex. */
  readonly id: string
  readonly spki: Buffer
  /** The log's place among the `tlogs` of a trusted root. */
  readonly trustedRootEntry: object
  /** Puts a canonical body into the tree and answers as the log does. */
  readonly append: (body: Uint8Array) => TestLogEntry
  /** An entry that is in the tree, proven in the tree as it is now. */
  readonly prove: (index: number) => TestLogEntry
  readonly checkpointText: () => string
  /** Signed by the log, whatever it says. */
  readonly signCheckpoint: (text: string) => string
  readonly proveConsistency: (size: number) => { root: Buffer; proof: Buffer[]; size: number }
}

const TREE_ID = '8202293616175992157'

/** A log in this process: a real tree and a real key, trusted by nobody else. */
export function createTransparencyLog(options: TransparencyLogOptions = {}): TestTransparencyLog {
  const { origin = 'log.example', rekor = 2, filled = 5, time = () => new Date() } = options
  const { key = rekor === 2 ? 'ed25519' : 'ecdsa-p256' } = options
  const signer = createNoteSigner(origin, key, options.privateKey)
  const bodies = Array.from({ length: filled }, (_, i) => Buffer.from(`{"of":"somebody else","number":${i}}`))
  const leaves = () => bodies.map(leafHash)
  const id = rekor === 1 ? hash('sha256', signer.spki, 'buffer') : signer.keyHash
  const originLine = rekor === 1 ? `${origin} - ${TREE_ID}` : origin
  const checkpointText = () => `${originLine}\n${bodies.length}\n${treeHead(leaves()).toString('base64')}\n`
  const signCheckpoint = (text: string) => `${text}\n${signer.signNote(text)}`

  function prove(index: number): TestLogEntry {
    const body = bodies[index]
    if (body === undefined) throw new Error(`no entry ${index}`)
    const logIndex = String(rekor === 1 ? index + 1_000_000 : index)
    return {
      logIndex,
      logId: { keyId: id.toString('base64') },
      kindVersion: kindOf(body),
      ...(rekor === 1 ? promise(body, logIndex) : {}),
      inclusionProof: {
        logIndex: String(index),
        rootHash: treeHead(leaves()).toString('base64'),
        treeSize: String(bodies.length),
        hashes: auditPath(leaves(), index).map((sibling) => sibling.toString('base64')),
        checkpoint: { envelope: signCheckpoint(checkpointText()) },
      },
      canonicalizedBody: body.toString('base64'),
    }
  }

  function promise(body: Buffer, logIndex: string) {
    const integratedTime = Math.floor(time().getTime() / 1000)
    const promised = {
      body: body.toString('base64'),
      integratedTime,
      logID: id.toString('hex'),
      logIndex: Number(logIndex),
    }
    const signature = signer.sign(Buffer.from(JSON.stringify(promised)))
    return {
      integratedTime: String(integratedTime),
      inclusionPromise: { signedEntryTimestamp: signature.toString('base64') },
    }
  }

  return {
    origin,
    id: id.toString('hex'),
    spki: signer.spki,
    trustedRootEntry: {
      baseUrl: `https://${origin}`,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: signer.spki.toString('base64'),
        keyDetails: key === 'ed25519' ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256',
        validFor: { start: '2020-01-01T00:00:00Z' },
      },
      logId: { keyId: id.toString('base64') },
    },
    append: (body) => prove(bodies.push(Buffer.from(body)) - 1),
    prove,
    checkpointText,
    signCheckpoint,
    proveConsistency: (size) => ({
      root: treeHead(leaves()),
      proof: consistencyPath(leaves(), size),
      size: bodies.length,
    }),
  }
}

function kindOf(body: Buffer): { kind: string; version: string } {
  const { kind = '', apiVersion = '' }: { kind?: string; apiVersion?: string } = JSON.parse(body.toString())
  return { kind, version: apiVersion }
}
