/** DER in place: nodes are windows on the input, nothing is copied. */
import { encodeHex } from '../encoding.ts'
import { MakotoError } from '../errors.ts'

export interface DerNode {
  readonly bytes: Uint8Array
  readonly tag: number
  readonly start: number
  readonly contents: number
  readonly end: number
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** The tag of `[number]`, constructed or not. */
export const contextTag = (number: number, constructed = true) => (constructed ? 0xa0 : 0x80) | number

/** The one node that fills `bytes` to the last byte. */
export function readDer(bytes: Uint8Array, tag: number): DerNode {
  const node = readNode(bytes, 0, bytes.length)
  if (node.end !== bytes.length) throw malformed('bytes after the end')
  return expectTag(node, tag)
}

export const contentsOf = ({ bytes, contents, end }: DerNode) => bytes.subarray(contents, end)

export const rawOf = ({ bytes, start, end }: DerNode) => bytes.subarray(start, end)

export function malformed(reason: string): MakotoError {
  return new MakotoError('timestamp-invalid', `DER: ${reason}`)
}

/** The children of a constructed node, taken in order; what is left over is refused by `end`. */
export class DerFields {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at: number

  constructor({ bytes, contents, end }: DerNode) {
    this.#bytes = bytes
    this.#at = contents
    this.#end = end
  }

  get more(): boolean {
    return this.#at < this.#end
  }

  /** The next child, of whatever tag. */
  any(): DerNode {
    if (!this.more) throw malformed('a field is missing')
    const node = readNode(this.#bytes, this.#at, this.#end)
    this.#at = node.end
    return node
  }

  take(tag: number): DerNode {
    return expectTag(this.any(), tag)
  }

  /** The next child where it has this tag; else nothing is taken. */
  optional(tag: number): DerNode | undefined {
    return this.more && this.#bytes[this.#at] === tag ? this.any() : undefined
  }

  end(): void {
    if (this.more) throw malformed('a field too many')
  }
}

export function childrenOf(node: DerNode): DerNode[] {
  const fields = new DerFields(node)
  const children: DerNode[] = []
  while (fields.more) children.push(fields.any())
  return children
}

/** An object identifier as the hex of its contents: compared, never printed. */
export function readOid(node: DerNode): string {
  return encodeHex(contentsOf(expectTag(node, TAG.oid)))
}

export function readBoolean(node: DerNode): boolean {
  const [value, ...rest] = contentsOf(expectTag(node, TAG.boolean))
  if (rest.length > 0 || (value !== 0x00 && value !== 0xff)) throw malformed('a boolean that is neither 00 nor ff')
  return value === 0xff
}

/** The contents of an INTEGER in their one shortest form. */
export function readInteger(node: DerNode): Uint8Array {
  const value = contentsOf(expectTag(node, TAG.integer))
  const [first = 0, second = 0] = value
  const padded = value.length > 1 && ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80))
  if (value.length === 0 || padded) throw malformed('an integer that is not minimal')
  return value
}

export function readSmallInteger(node: DerNode): number {
  const value = readInteger(node)
  const [first = 0] = value
  if (value.length > 4 || first >= 0x80) throw malformed('an integer out of range')
  return value.reduce((number, byte) => number * 256 + byte, 0)
}

function expectTag(node: DerNode, tag: number): DerNode {
  if (node.tag !== tag) throw malformed(`tag ${tag.toString(16)} is expected, ${node.tag.toString(16)} found`)
  return node
}

function readNode(bytes: Uint8Array, start: number, limit: number): DerNode {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined || start + 2 > limit) throw malformed('cut short')
  if ((tag & 0x1f) === 0x1f) throw malformed('a tag of several bytes')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const contents = start + 2 + lengthBytes
  const end = contents + (lengthBytes === 0 ? first & 0x7f : readLength(bytes, start + 2, lengthBytes))
  if (first === 0x80 || end > limit) throw malformed('a length that is indefinite or too long')
  return { bytes, tag, start, contents, end }
}

/** A length has one form, the shortest: else two readers could see two messages in the same bytes. */
function readLength(bytes: Uint8Array, at: number, count: number): number {
  if (count > 4) throw malformed('a length of more than four bytes')
  let length = 0
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[at + i] ?? 0)
  if (length < 0x80 || length < 256 ** (count - 1)) throw malformed('a length that is not minimal')
  return length
}
