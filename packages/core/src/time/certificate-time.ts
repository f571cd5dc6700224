import { MakotoError } from '../errors.ts'
import { readCertificate } from '../trust/certificate.ts'
import { isWithin } from '../trust/trust.ts'
import { parseTimestamp } from './timestamp-token.ts'

/**
 * Refuses with `signing-failed` a timestamp at which the signer's certificate did not hold: every verifier would.
 * A clock that is wrong, or an authority that let itself be asked for long, shows only here.
 *
 * @see RFC 5280 §4.1.2.5
 */
export function checkCertifiedTime(certificate: Uint8Array, timestamp: Uint8Array): void {
  const { notBefore, notAfter } = readCertificate(certificate)
  const { time } = parseTimestamp(timestamp)
  if (isWithin({ start: notBefore, end: notAfter }, time)) return
  throw new MakotoError(
    'signing-failed',
    `the timestamp is of ${tell(time)}, and the certificate of the signer holds from ${tell(notBefore)} to ${tell(notAfter)}`,
    { hint: 'Sign again. Where it happens again, the clock of this machine or of the timestamp authority is wrong.' },
  )
}

const tell = (time: number) => new Date(time).toISOString()
