/** A DER encoder of the testkit's own, so that the core's reader is not tested against its twin. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), encodeLength(value.length), value])
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  if (length < 0x100) return Buffer.from([0x81, length])
  return Buffer.from([0x82, length >> 8, length & 0xff])
}

export const sequence = (...fields: readonly Uint8Array[]) => der(0x30, ...fields)
export const set = (...members: readonly Uint8Array[]) => der(0x31, ...members)
export const octets = (bytes: Uint8Array) => der(0x04, bytes)
export const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes)
export const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 0xff : 0x00]))
export const nothing = () => der(0x05)
export const utf8 = (text: string) => der(0x0c, Buffer.from(text))

/** `contents` are the INTEGER's own bytes, already two's complement. */
export const integer = (contents: Uint8Array | number) =>
  der(0x02, typeof contents === 'number' ? Buffer.from([contents]) : contents)

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(encodeArc)]))
}

function encodeArc(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left & 0x7f))
  return digits
}

export function generalizedTime(time: Date): Buffer {
  const [seconds = '', fraction = ''] = time
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .split('.')
  const digits = fraction.replace(/0+$/, '')
  return der(0x18, Buffer.from(digits === '' ? `${seconds}Z` : `${seconds}.${digits}Z`))
}

/** Validity of a certificate: UTCTime until 2049. */
export function certificateTime(time: Date): Buffer {
  const text = time.toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return time.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}
