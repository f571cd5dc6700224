import { decodeBase64, encodeHex, hasLoneSurrogate } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'

export interface NoteSignature {
  readonly name: string
  /** Four bytes, hex: with the name it says which key signed. It proves nothing by itself. */
  readonly keyId: string
  readonly signature: Uint8Array
}

export interface SignedNote {
  /** What was signed, its last newline included. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Sixteen post-quantum signatures, which every reader has to take, are about 110,000 characters. */
const MAX_NOTE_LENGTH = 131_072
const MAX_SIGNATURES = 64

/** U+0085 is a space to Unicode and none to JavaScript. */
const SIGNATURE_LINE = /^— ([^\s\u0085+]+) ([A-Za-z0-9+/]+={0,2})$/u
const CONTROL = /[^\n -\u{10ffff}]/u

/**
 * Reads a signed note, whose text and signatures are parted by its last empty line. Refuses with `log-invalid` control
 * characters, a line that is no signature among the signatures, and a note without any.
 *
 * @see c2sp.org/signed-note
 */
export function parseSignedNote(note: string): SignedNote {
  if (note.length > MAX_NOTE_LENGTH) throw malformedLog(`a note of ${note.length} characters`)
  if (CONTROL.test(note) || hasLoneSurrogate(note)) throw malformedLog('a note with control characters')
  const split = note.lastIndexOf('\n\n')
  if (split === -1 || !note.endsWith('\n')) throw malformedLog('a note without signatures')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) throw malformedLog(`a note with ${lines.length} signatures`)
  return { text: note.slice(0, split + 1), signatures: lines.map(readSignatureLine) }
}

function readSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? []
  if (name === undefined || encoded === undefined) throw malformedLog('a signature line in another form')
  const bytes = decodeLogBase64(encoded, 'signature of a note')
  if (bytes.length < 5) throw malformedLog('a signature line without a signature')
  return { name, keyId: encodeHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) }
}

export function decodeLogBase64(text: string, what: string): Uint8Array {
  try {
    return decodeBase64(text)
  } catch (cause) {
    if (!isMakotoError(cause)) throw cause
    throw new MakotoError('log-invalid', `the ${what} is not standard padded base64`, { cause })
  }
}

export const malformedLog = (reason: string) => new MakotoError('log-invalid', reason)
