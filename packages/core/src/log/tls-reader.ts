import { malformedLog } from './signed-note.ts'

/** The little of TLS's presentation language that certificate timestamps are written in (RFC 5246 §4). */
export class TlsReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get more(): boolean {
    return this.#at < this.#bytes.length
  }

  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length)
    if (taken.length !== length) throw malformedLog('a certificate timestamp that is cut short')
    this.#at += length
    return taken
  }

  number(length: number): number {
    return this.take(length).reduce((number, byte) => number * 256 + byte, 0)
  }

  /** `opaque vector<0..2^16-1>` */
  vector(): Uint8Array {
    return this.take(this.number(2))
  }

  end(): void {
    if (this.more) throw malformedLog('a certificate timestamp with bytes after its end')
  }
}
