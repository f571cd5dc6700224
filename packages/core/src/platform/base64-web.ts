const SEXTETS = new Uint8Array(128).fill(0xff)
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  SEXTETS[letter.charCodeAt(0)] = value

/** The bytes, where `text` is the one way to write them: padded, nothing else in it, no bits beyond the last byte. */
export function readBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (text.length % 4 !== 0) return undefined
  const letters = text.length - padding
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let bits = 0
  let count = 0
  let length = 0
  for (let at = 0; at < letters; at++) {
    const unit = text.charCodeAt(at)
    const sextet = unit < 128 ? (SEXTETS[unit] ?? 0xff) : 0xff
    if (sextet === 0xff) return undefined
    bits = ((bits << 6) | sextet) & 0xffff
    count += 6
    if (count >= 8) {
      count -= 8
      bytes[length++] = bits >> count
    }
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : undefined
}
