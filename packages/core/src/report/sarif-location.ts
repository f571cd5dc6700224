import { encodeUtf8 } from '../encoding.ts'
import type { Report } from '../verify/report.ts'

/** The name under which a log's paths hang: the directory that holds the dataset. */
export const BASE_ID = 'DATASET_PARENT'

export interface SarifLocation {
  readonly physicalLocation: { readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string } }
  readonly logicalLocations: readonly { readonly fullyQualifiedName: string; readonly kind: string }[]
}

/** A dataset's place cut in two, both percent-encoded: the directory that holds it, and its own name. */
export function splitPlace({ uri }: Report['dataset']): { base?: string; name: string } {
  const [, root = '', path = ''] = /^(?:([a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?)(?=\/))?(.*)$/is.exec(uri) ?? []
  const cut = path.lastIndexOf('/')
  const name = encodePath(path.slice(cut + 1)) || '.'
  if (root === '') return { name }
  return { base: `${root === 'file:' ? 'file://' : root}${encodePath(path.slice(0, cut))}/`, name }
}

/** Where the dataset lies, or one of its files. */
export function locate(dataset: Report['dataset'], file?: string): SarifLocation {
  const { base, name } = splitPlace(dataset)
  const inside = file === undefined || dataset.kind === 'file' ? '' : `/${encodePath(file)}`
  const based = base === undefined ? {} : { uriBaseId: BASE_ID }
  return {
    physicalLocation: { artifactLocation: { uri: name + inside, ...based } },
    logicalLocations: [{ fullyQualifiedName: dataset.name, kind: 'resource' }],
  }
}

/** RFC 3986: what is not unreserved is written as bytes, so that no name can be read as syntax. */
function encodePath(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9._~/=-]/gu, (character) =>
    Array.from(encodeUtf8(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}
