import { startTally, type TextCounts } from './tally-text.ts'
import { MARK_BYTES, readMark, startDecoder, type TextEncoding } from './text-decoder.ts'

/** What was found in one text. */
export interface TextFindings extends TextCounts {
  /** `unknown`: it calls itself text and is neither UTF-8 nor marked UTF-16; what stands before the fault was scanned. */
  readonly encoding: TextEncoding | 'unknown'
}

export interface TextScan {
  push(bytes: Uint8Array): void
  /** Undefined where it is no text. */
  end(): TextFindings | undefined
}

/** Names that promise text; whatever else is valid UTF-8 without NUL from end to end is text too. */
const TEXT_NAME = /\.(?:csv|tsv|psv|json|jsonl|ndjson|geojson|txt|text|md|markdown|xml|html?|ya?ml|toml|ini|sql|log)$/i

/** Small enough that an accent in one place does not cost a whole buffer its shortcut. */
const SLICE_BYTES = 16 * 1024

/**
 * Scans a text that arrives in parts for code points that nobody sees. Bytes of ASCII, which hold none, are only
 * counted: `isAscii` may be the platform's own, many times as fast as a loop. What is no text costs its first part.
 *
 * @see SPEC §4 D9, L1.V.5
 */
export function startTextScan(name: string, isAscii: (bytes: Uint8Array) => boolean = hasOnlyAscii): TextScan {
  const tally = startTally()
  const promised = TEXT_NAME.test(name)
  let head = new Uint8Array()
  let state: 'waiting' | 'reading' | 'over' = 'waiting'
  let encoding: TextEncoding = 'utf-8'
  let decode = startDecoder(encoding)
  let split = false

  const open = () => {
    const mark = readMark(head)
    state = mark === undefined ? 'over' : 'reading'
    if (mark === undefined) return
    encoding = mark.encoding
    decode = startDecoder(encoding)
    read(head.subarray(mark.length))
  }
  const read = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length && state === 'reading'; at += SLICE_BYTES)
      readSlice(bytes.subarray(at, at + SLICE_BYTES))
  }
  const readSlice = (slice: Uint8Array) => {
    if (encoding === 'utf-8' && !split && tally.isPlain() && isAscii(slice) && !slice.includes(0)) {
      tally.skip(slice)
      return
    }
    const text = decode(slice, false)
    if (text === undefined) state = 'over'
    else tally.add(text)
    // Only after a whole character may the decoder be passed by.
    split = encoding !== 'utf-8' || (slice.at(-1) ?? 0) > 0x7f
  }

  return {
    push(bytes) {
      if (state === 'reading') read(bytes)
      if (state !== 'waiting') return
      head = joinBytes(head, bytes)
      if (head.length >= MARK_BYTES) open()
    },
    end() {
      if (state === 'waiting') open()
      const rest = state === 'reading' ? decode(new Uint8Array(), true) : undefined
      const findings = tally.finish(rest ?? '')
      if (rest !== undefined) return { encoding, ...findings }
      return promised ? { encoding: 'unknown', ...findings } : undefined
    },
  }
}

function hasOnlyAscii(bytes: Uint8Array): boolean {
  let all = 0
  for (const byte of bytes) all |= byte
  return all < 0x80
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
