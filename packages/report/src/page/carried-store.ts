import { decodeBase64, isMakotoError, MakotoError, type Store } from '@makoto/core/verify'

/** The objects that travelled along, as the store that the verifier reads. Like every store it is not trusted. */
export function openCarriedStore(objects: Readonly<Record<string, string>>): Store {
  const paths = Object.keys(objects).sort()
  const read = (path: string) => (Object.hasOwn(objects, path) ? decode(objects[path] ?? '') : undefined)
  return {
    async get(path, { maxBytes }) {
      const bytes = read(path)
      if (bytes !== undefined && bytes.length > maxBytes)
        throw new MakotoError('limit-exceeded', `${path} has ${bytes.length} bytes`)
      return bytes
    },
    async put() {
      throw new MakotoError('store-unsupported', 'a report is read only')
    },
    async *list(prefix) {
      for (const path of paths) if (path.startsWith(prefix)) yield { path, size: read(path)?.length ?? 0 }
    },
    async head(path) {
      const bytes = read(path)
      return bytes && { size: bytes.length }
    },
  }
}

/** What is no base64 is there, and has no digest that anything names. */
function decode(text: string): Uint8Array {
  try {
    return decodeBase64(text)
  } catch (error) {
    if (isMakotoError(error)) return new Uint8Array()
    throw error
  }
}
