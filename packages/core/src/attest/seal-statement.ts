import { signStatement } from '../envelope/index.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import type { Signer } from '../key/signer.ts'
import { submitLogEntry } from '../log/submit-entry.ts'
import { checkCertifiedTime } from '../time/certificate-time.ts'
import { requestTimestamp } from '../time/index.ts'
import type { Trust } from '../trust/trust.ts'

/**
 * What happens when no authority gives a timestamp: nothing is written (`required`), or a bundle that nothing
 * dates, and that proves level 1 at most (`best-effort`).
 */
export type TimestampPolicy = 'required' | 'best-effort'

export interface SealOptions {
  /** Without one the statement stays unsigned: level 1. */
  readonly signer?: Signer | undefined
  /**
   * Addresses of RFC 3161 authorities, in the order in which they are asked; without one nothing proves when it
   * was signed.
   */
  readonly timestampUrl?: string | URL | readonly (string | URL)[] | undefined
  /** Default: required. A certificate that lives for minutes always requires it. */
  readonly timestamp?: TimestampPolicy | undefined
  /** Address of a transparency log that is to hold the signature. */
  readonly logUrl?: string | URL | undefined
  /** A timestamp or log entry that these would not vouch for is none. */
  readonly trust?: Trust | undefined
}

export interface SealedStatement {
  /** The bundle, or the bare statement where there is no signer. */
  readonly bytes: Uint8Array
  /** Why a timestamp that was asked for is missing. */
  readonly timestampFailure?: string
}

/** Signs a serialised statement, and has it timestamped and logged as far as the options ask for it. */
export async function sealStatement(statement: Uint8Array, options: SealOptions): Promise<SealedStatement> {
  const { signer, timestampUrl, logUrl, trust } = options
  if (signer === undefined) return { bytes: statement }
  const required = options.timestamp !== 'best-effort' || signer.certificate !== undefined
  requireTimestamp(signer, timestampUrl)
  const { timestampAuthorities: authorities, transparencyLogs: logs } = trust ?? {}
  let timestampFailure: string | undefined
  const timestamp = async (signature: Uint8Array) => {
    try {
      const token = await requestTimestamp(timestampUrl ?? [], signature, isNamed(authorities) ? { authorities } : {})
      if (signer.certificate !== undefined) checkCertifiedTime(signer.certificate, token)
      return token
    } catch (error) {
      if (required || !isMakotoError(error) || error.code === 'aborted') throw error
      timestampFailure = error.message
      return undefined
    }
  }
  const bytes = await signStatement(statement, signer, {
    ...(timestampUrl === undefined ? {} : { timestamp }),
    ...(logUrl === undefined ? {} : { log: (signed) => submitLogEntry(logUrl, signed, isNamed(logs) ? { logs } : {}) }),
  })
  return timestampFailure === undefined ? { bytes } : { bytes, timestampFailure }
}

/** Where the caller trusts nobody yet, what comes back is checked as far as it goes. */
const isNamed = <Trusted>(trusted: readonly Trusted[] | undefined): trusted is readonly Trusted[] =>
  trusted !== undefined && trusted.length > 0

/** A certificate that holds for minutes proves nothing to whoever does not know when it signed. */
export function requireTimestamp({ certificate }: Signer, timestampUrl: SealOptions['timestampUrl']): void {
  if (certificate === undefined || timestampUrl !== undefined) return
  throw new MakotoError('options-invalid', 'a keyless signature needs a timestamp: its certificate ends in minutes', {
    hint: 'Give the address of a timestamp authority.',
  })
}
