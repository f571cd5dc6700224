/**
 * The keys of a JSON document and the types of their values, a line each: what a program that reads it relies on.
 *
 * The document's own `schema` stands there as it is; of another document inside, only which one it is.
 */
export function describeShape(document: unknown): string {
  const types = new Map<string, Set<string>>()
  const note = (path: string, type: string) => types.set(path, (types.get(path) ?? new Set()).add(type))
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) note(`${path}[]`, 'nothing here')
      for (const item of value) visit(item, `${path}[]`)
    } else if (typeof value === 'object' && value !== null) {
      const within = path === '' ? undefined : nameDocument(value)
      if (within !== undefined) note(path, `<${within}>`)
      else for (const [key, item] of Object.entries(value)) visit(item, path === '' ? key : `${path}.${key}`)
    } else note(path, path === 'schema' ? String(value) : value === null ? 'null' : typeof value)
  }
  visit(document, '')
  return [...types]
    .map(([path, found]) => `${path}: ${[...found].sort().join(' | ')}\n`)
    .sort()
    .join('')
}

function nameDocument(value: object): string | undefined {
  const named: { schema?: unknown; _type?: unknown } = value
  const name = named.schema ?? named._type
  return typeof name === 'string' ? name : undefined
}
