import { contentsOf, type DerNode, malformed, TAG } from './der-reader.ts'

/** RFC 3161 §2.4.2: up to nine digits of a second here, the last of them not zero. */
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/
const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/** Milliseconds since the epoch, truncated. */
export function readGeneralizedTime(node: DerNode): number {
  const match = node.tag === TAG.generalizedTime ? GENERALIZED.exec(textOf(node)) : null
  if (match === null) throw malformed('a GeneralizedTime in another form')
  return toTime(Number(match[1]), match)
}

/** A certificate's validity: UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
export function readCertificateTime(node: DerNode): number {
  if (node.tag !== TAG.utcTime) return readGeneralizedTime(node)
  const match = UTC.exec(textOf(node))
  if (match === null) throw malformed('a UTCTime in another form')
  const year = Number(match[1])
  return toTime(year < 50 ? 2000 + year : 1900 + year, match)
}

/** Of the two digits for month, day, hour, minute and second, and perhaps a fraction, that follow the year. */
function toTime(year: number, match: RegExpExecArray): number {
  const month = Number(match[2]) - 1
  const day = Number(match[3])
  const hour = Number(match[4])
  const minute = Number(match[5])
  const second = Number(match[6])
  const fraction = match[7]
  const time = new Date(0)
  time.setUTCFullYear(year, month, day)
  time.setUTCHours(hour, minute, second, fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3)))
  // Dates that the calendar does not have (30 February, 24:00) roll over.
  const holds = time.getUTCMonth() === month && time.getUTCDate() === day && time.getUTCHours() === hour
  if (!holds || minute > 59 || second > 59) throw malformed('a time that is none')
  return time.getTime()
}

function textOf(node: DerNode): string {
  return String.fromCharCode(...contentsOf(node).subarray(0, 32))
}
