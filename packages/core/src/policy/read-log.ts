import { isMakotoError, MakotoError } from '../errors.ts'
import { nameLog, parseLog, type TrustedLog } from '../trust/index.ts'
import type { TrustEntries } from './policy-document.ts'
import { readDeclaredKey, readWindow } from './read-key.ts'

type LogEntry = NonNullable<TrustEntries['logs']>[number]

/**
 * The log that an entry names, as a trusted root would state it.
 *
 * @param readMaterial what the entry names in place of a verifier key
 */
export async function readLog(
  entry: LogEntry,
  readMaterial: (entry: LogEntry) => Promise<Uint8Array>,
  place: string,
): Promise<TrustedLog> {
  const { name, vkey, origin } = entry
  const title = `${place}: log ${name}`
  const validFor = readWindow(entry)
  try {
    if (vkey !== undefined) return parseLog(vkey, { name, validFor })
    const key = readDeclaredKey(entry, await readMaterial(entry), title)
    return nameLog({ key, origin, name, validFor })
  } catch (cause) {
    if (!isMakotoError(cause, 'trust-invalid')) throw cause
    throw new MakotoError('policy-invalid', `${title}: ${cause.message}`, { cause })
  }
}
