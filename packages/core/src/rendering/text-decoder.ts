export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** Bytes that decide about a byte order mark: UTF-32's begins like UTF-16's. */
export const MARK_BYTES = 4

/** What a byte order mark says; UTF-8 where there is none; undefined for UTF-32, which is not read. */
export function readMark(head: Uint8Array): { readonly encoding: TextEncoding; readonly length: number } | undefined {
  const [a, b, c, d] = head
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? undefined : { encoding: 'utf-16le', length: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 }
  return { encoding: 'utf-8', length: 0 }
}

/**
 * Decodes text that arrives in parts, strictly; undefined where the bytes are not of the encoding or hold NUL, which
 * text does not: UTF-16 without its mark would pass for UTF-8 otherwise.
 */
export function startDecoder(encoding: TextEncoding): (bytes: Uint8Array, last: boolean) => string | undefined {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  return (bytes, last) => {
    try {
      const text = decoder.decode(bytes, { stream: !last })
      return text.includes('\0') ? undefined : text
    } catch (error) {
      if (error instanceof TypeError) return undefined
      throw error
    }
  }
}
