import { joinBytes } from '../encoding.ts'
import {
  childrenOf,
  contentsOf,
  contextTag,
  DerFields,
  type DerNode,
  rawOf,
  readDer,
  readOid,
  TAG,
} from '../time/der-reader.ts'
import { writeDer } from '../time/der-writer.ts'
import { malformedLog } from './signed-note.ts'

/** 1.3.6.1.4.1.11129.2.4.2, RFC 6962 §3.3 */
const TIMESTAMP_LIST = '2b06010401d679020402'

export interface Precertificate {
  /** What the CT log signed: the TBSCertificate as it was before the timestamps were put in. */
  readonly tbs: Uint8Array
  /** The extension's value; undefined where the certificate carries none. */
  readonly timestamps: Uint8Array | undefined
}

/**
 * Takes the list of timestamps out of a certificate: the other fields stay as they lie, byte for byte, and only the
 * lengths around the extensions are written anew.
 *
 * @see RFC 6962 §3.2
 */
export function readPrecertificate(certificate: Uint8Array): Precertificate {
  const tbs = new DerFields(readDer(certificate, TAG.sequence)).take(TAG.sequence)
  const fields = childrenOf(tbs)
  const wrapper = fields.at(-1)
  if (wrapper?.tag !== contextTag(3)) return { tbs: rawOf(tbs), timestamps: undefined }
  const extensions = readExtensions(wrapper)
  const lists = extensions.filter(isTimestampList)
  if (lists.length > 1) throw malformedLog('a certificate with two lists of timestamps')
  const kept = writeDer(TAG.sequence, joinBytes(extensions.filter((node) => !isTimestampList(node)).map(rawOf)))
  const before = joinBytes(fields.slice(0, -1).map(rawOf))
  return { tbs: writeDer(TAG.sequence, before, writeDer(contextTag(3), kept)), timestamps: lists.map(contentOf)[0] }
}

function readExtensions(wrapper: DerNode): DerNode[] {
  const fields = new DerFields(wrapper)
  const list = new DerFields(fields.take(TAG.sequence))
  fields.end()
  const extensions: DerNode[] = []
  while (list.more) extensions.push(list.take(TAG.sequence))
  return extensions
}

const isTimestampList = (extension: DerNode) => readOid(new DerFields(extension).take(TAG.oid)) === TIMESTAMP_LIST

function contentOf(extension: DerNode): Uint8Array {
  const fields = new DerFields(extension)
  fields.take(TAG.oid)
  fields.optional(TAG.boolean)
  const value = contentsOf(fields.take(TAG.octetString))
  fields.end()
  return value
}
