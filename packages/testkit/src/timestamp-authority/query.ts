/** What a TimeStampReq asks for: found by walking its DER, which the client under test wrote. */
export interface TimestampQuery {
  /** DER of MessageImprint, repeated in the token. */
  readonly imprint: Buffer
  /** Contents of the nonce, where there is one. */
  readonly nonce: Buffer | undefined
}

interface Element {
  readonly tag: number
  readonly raw: Buffer
  readonly value: Buffer
}

export function readQuery(request: Buffer): TimestampQuery {
  const [body] = elementsOf(request)
  const [version, imprint, ...rest] = body === undefined ? [] : elementsOf(body.value)
  if (version?.tag !== 0x02 || imprint?.tag !== 0x30) throw new Error('not a TimeStampReq')
  return { imprint: imprint.raw, nonce: rest.find(({ tag }) => tag === 0x02)?.value }
}

function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const first = bytes.readUInt8(at + 1)
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes)
    const contents = at + 2 + lengthBytes
    if (contents + length > bytes.length) throw new Error('cut short')
    const raw = bytes.subarray(at, contents + length)
    elements.push({ tag: bytes.readUInt8(at), raw, value: bytes.subarray(contents, contents + length) })
    at = contents + length
  }
  return elements
}
