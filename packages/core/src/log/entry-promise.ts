import { canonicalize } from '../canonical-json.ts'
import { encodeBase64 } from '../encoding.ts'
import type { LogEntry } from '../envelope/bundle-schema.ts'
import { verifySignature } from '../key/verify-signature.ts'
import type { TrustedLog } from '../trust/trust.ts'
import { decodeLogBase64, malformedLog } from './signed-note.ts'

/** Seconds; beyond it there is no date. */
const MAX_TIME = 253_402_300_799

/**
 * The time at which a Rekor v1 log promised to include this body: its signed entry timestamp, verified. Undefined
 * where the entry has no promise; what stands in `integratedTime` is then anybody's word and no time. Throws
 * `log-invalid` where the promise does not hold.
 */
export function verifyPromise(entry: LogEntry, body: Uint8Array, log: TrustedLog): Date | undefined {
  if (entry.inclusionPromise === undefined) return undefined
  const integratedTime = readInteger(entry.integratedTime, 'integrated time')
  if (integratedTime === 0 || integratedTime > MAX_TIME) throw malformedLog('a promise of inclusion without a time')
  const promised = canonicalize({
    body: encodeBase64(body),
    integratedTime,
    logID: log.id,
    logIndex: readInteger(entry.logIndex, 'log index'),
  })
  const signature = decodeLogBase64(entry.inclusionPromise.signedEntryTimestamp, 'signed entry timestamp')
  if (!verifySignature(log.key, promised, signature))
    throw malformedLog(`the promise of inclusion by ${log.name} does not hold for this entry`)
  return new Date(integratedTime * 1000)
}

/** Protobuf's JSON leaves zero out. */
export function readInteger(text: string | undefined, what: string): number {
  const number = Number(text ?? '0')
  if (!/^(?:0|[1-9][0-9]*)$/.test(text ?? '0') || !Number.isSafeInteger(number))
    throw malformedLog(`a ${what} out of range`)
  return number
}
