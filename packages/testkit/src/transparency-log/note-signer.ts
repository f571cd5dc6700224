import { createPublicKey, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'

export type NoteKeyKind = 'ed25519' | 'ecdsa-p256'

/** A key that signs notes and, as Rekor v1 does, promises. */
export interface NoteSigner {
  readonly spki: Buffer
  /** What names the key in a note: its first four bytes stand in the signature line, and a log's id is the whole. */
  readonly keyHash: Buffer
  readonly sign: (bytes: Uint8Array) => Buffer
  /** The line that goes below a note's text. */
  readonly signNote: (text: string) => string
}

const SIGNATURE_TYPE = Buffer.from([0x01])
const COSIGNATURE_TYPE = Buffer.from([0x04])

export function createNoteSigner(
  name: string,
  kind: NoteKeyKind,
  privateKey: KeyObject = generatePrivateKey(kind),
): NoteSigner {
  const spki = spkiOf(privateKey)
  const keyHash = kind === 'ed25519' ? hashName(name, SIGNATURE_TYPE, spki) : hash('sha256', spki, 'buffer')
  const signBytes = (bytes: Uint8Array) => sign(kind === 'ed25519' ? null : 'sha256', bytes, privateKey)
  return { spki, keyHash, sign: signBytes, signNote: (text) => line(name, keyHash, signBytes(Buffer.from(text))) }
}

export interface TestWitness {
  readonly name: string
  readonly spki: Buffer
  /** The line that goes below a checkpoint that the witness saw at this time. */
  readonly cosign: (text: string, time: Date) => string
}

/** Somebody else who signs checkpoints: cosignature/v1 of c2sp.org/tlog-cosignature. @param privateKey Ed25519; default a new one */
export function createWitness(name: string, privateKey: KeyObject = generatePrivateKey('ed25519')): TestWitness {
  const spki = spkiOf(privateKey)
  return {
    name,
    spki,
    cosign: (text, time) => {
      const seconds = BigInt(Math.floor(time.getTime() / 1000))
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), privateKey)
      const stamp = Buffer.alloc(8)
      stamp.writeBigUInt64BE(seconds)
      return line(name, hashName(name, COSIGNATURE_TYPE, spki), Buffer.concat([stamp, signature]))
    },
  }
}

function generatePrivateKey(kind: NoteKeyKind): KeyObject {
  return kind === 'ed25519'
    ? generateKeyPairSync('ed25519').privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

const spkiOf = (privateKey: KeyObject) => createPublicKey(privateKey).export({ format: 'der', type: 'spki' })

/** An Ed25519 SPKI ends in the 32 bytes of the key. */
const hashName = (name: string, type: Buffer, spki: Buffer) =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), type, spki.subarray(-32)]), 'buffer')

const line = (name: string, keyHash: Buffer, signature: Buffer) =>
  `— ${name} ${Buffer.concat([keyHash.subarray(0, 4), signature]).toString('base64')}\n`
