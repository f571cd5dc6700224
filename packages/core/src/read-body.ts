import { joinBytes } from './encoding.ts'
import { MakotoError } from './errors.ts'

/** The body of a reply; `limit-exceeded` as soon as it is longer than the caller allows. */
export async function readBody({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new MakotoError('limit-exceeded', `a reply of more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return joinBytes(chunks)
}
