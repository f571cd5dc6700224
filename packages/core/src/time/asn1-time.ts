import { contentsOf, type DerNode, malformed, TAG } from './der-reader.ts'

/** RFC 3161 §2.4.2: up to nine digits of a second here, the last of them not zero. */
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/
const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/** Milliseconds since the epoch, truncated. */
export function readGeneralizedTime(node: DerNode): number {
  const match = node.tag === TAG.generalizedTime ? GENERALIZED.exec(textOf(node)) : null
  if (match === null) throw malformed('a GeneralizedTime in another form')
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = ''] = match
  return toTime(`${year}-${month}-${day}T${hour}:${minute}:${second}`, fraction)
}

/** A certificate's validity: UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
export function readCertificateTime(node: DerNode): number {
  if (node.tag !== TAG.utcTime) return readGeneralizedTime(node)
  const match = UTC.exec(textOf(node))
  if (match === null) throw malformed('a UTCTime in another form')
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match
  return toTime(`${Number(year) < 50 ? '20' : '19'}${year}-${month}-${day}T${hour}:${minute}:${second}`, '')
}

/** Dates that the calendar does not have (30 February, 24:00) would roll over silently. */
function toTime(seconds: string, fraction: string): number {
  const time = Date.parse(`${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== seconds)
    throw malformed('a time that is none')
  return time
}

function textOf(node: DerNode): string {
  return String.fromCharCode(...contentsOf(node).subarray(0, 32))
}
