import { encodeHex } from '../encoding.ts'
import { contentsOf, readDer, TAG } from '../time/der-reader.ts'
import { malformedLog } from './signed-note.ts'
import { TlsReader } from './tls-reader.ts'

/** A CT log's promise to include a certificate, still unverified. @see RFC 6962 §3.2 */
export interface CertificateTimestamp {
  /** Hash of the log's key, hex. */
  readonly logId: string
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly extensions: Uint8Array
  readonly hashAlgorithm: number
  readonly signatureAlgorithm: number
  readonly signature: Uint8Array
}

const MAX_TIMESTAMPS = 16
const VERSION_1 = 0

/**
 * Reads the list that a certificate carries: in its extension an OCTET STRING, in there TLS vectors.
 *
 * @see RFC 6962 §3.3
 */
export function parseCertificateTimestamps(extension: Uint8Array): CertificateTimestamp[] {
  const outer = new TlsReader(contentsOf(readDer(extension, TAG.octetString)))
  const list = new TlsReader(outer.vector())
  outer.end()
  const timestamps: CertificateTimestamp[] = []
  while (list.more) {
    if (timestamps.length === MAX_TIMESTAMPS) throw malformedLog(`more than ${MAX_TIMESTAMPS} certificate timestamps`)
    timestamps.push(parseCertificateTimestamp(list.vector()))
  }
  return timestamps
}

function parseCertificateTimestamp(bytes: Uint8Array): CertificateTimestamp {
  const reader = new TlsReader(bytes)
  if (reader.number(1) !== VERSION_1) throw malformedLog('a certificate timestamp of another version')
  const timestamp = {
    logId: encodeHex(reader.take(32)),
    time: reader.number(8),
    extensions: reader.vector(),
    hashAlgorithm: reader.number(1),
    signatureAlgorithm: reader.number(1),
    signature: reader.vector(),
  }
  reader.end()
  return timestamp
}
