import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { certificateExtension } from '../timestamp-authority/certificate.ts'
import { octets } from '../timestamp-authority/der.ts'

/** A certificate transparency log that promises to include whatever it is shown. @see RFC 6962 §3.2 */
export interface CertificateLog {
  /** H(SPKI), hex. */
  readonly id: string
  readonly spki: Buffer
  /** The extension that embeds the log's promise for the certificate's body without it. */
  readonly timestampExtension: (body: Buffer, issuerKey: KeyObject, time: Date) => Buffer
}

export function startCertificateLog(): CertificateLog {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const id = hash('sha256', spki, 'buffer')
  return {
    id: id.toString('hex'),
    spki,
    timestampExtension(body, issuerKey, time) {
      const issuerHash = hash('sha256', issuerKey.export({ format: 'der', type: 'spki' }), 'buffer')
      const moment = unsigned(time.getTime(), 8)
      const precertificate = Buffer.concat([
        unsigned(0, 1),
        unsigned(0, 1),
        moment,
        unsigned(1, 2),
        issuerHash,
        vector(body, 3),
        unsigned(0, 2),
      ])
      const signature = sign('sha256', precertificate, privateKey)
      // SHA-256 and ECDSA, by their TLS 1.2 numbers.
      const timestamp = Buffer.concat([
        unsigned(0, 1),
        id,
        moment,
        unsigned(0, 2),
        Buffer.from([4, 3]),
        vector(signature, 2),
      ])
      return certificateExtension('1.3.6.1.4.1.11129.2.4.2', false, octets(vector(vector(timestamp, 2), 2)))
    },
  }
}

function unsigned(value: number, bytes: number): Buffer {
  const written = Buffer.alloc(8)
  written.writeBigUInt64BE(BigInt(value))
  return written.subarray(8 - bytes)
}

/** Bytes after their number. */
const vector = (bytes: Buffer, lengthBytes: number) => Buffer.concat([unsigned(bytes.length, lengthBytes), bytes])
