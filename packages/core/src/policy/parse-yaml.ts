import { isScalar, parseDocument, visit } from 'yaml'

/**
 * YAML 1.2 without aliases, tags, doubled keys, and keys that are no text.
 *
 * Throws what `refuse` makes of a reason, and what the reader throws of text beyond its limits.
 */
export function parseYaml(text: string, refuse: (reason: string) => Error): unknown {
  const document = parseDocument(text, {
    schema: 'core',
    // Compared below: here each key would be compared with every other, which a large file makes an hour of.
    uniqueKeys: false,
    strict: true,
    stringKeys: true,
  })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) throw refuse(fault.message.split('\n')[0] ?? 'not readable YAML')
  visit(document, { Map: (_, { items }) => refuseDoubled(items, refuse) })
  return document.toJS({ maxAliasCount: 0 })
}

/** `1` and `"1"` are two keys to YAML, and one name here. */
function refuseDoubled(pairs: readonly { readonly key: unknown }[], refuse: (reason: string) => Error): void {
  const seen = new Set<string>()
  for (const { key } of pairs) {
    const name = isScalar(key) ? String(key.value) : ''
    if (seen.has(name)) throw refuse(`the keys of a map must be unique, and ${JSON.stringify(name)} stands twice`)
    seen.add(name)
  }
}
