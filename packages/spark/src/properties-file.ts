/** A logical line of a properties file; `key` is absent on comments and blank lines. */
export type PropertyLine = { raw: string; key?: string; value?: string }

/**
 * Reads the text as `java.util.Properties` does: `key value`, `key=value`, `key: value`, escapes, continued lines.
 * `raw` keeps the natural lines, so that what is not changed can be written back byte for byte.
 */
export function readPropertyLines(text: string): PropertyLine[] {
  const natural = text.split(/\r\n|\n|\r/)
  if (natural.at(-1) === '') natural.pop()
  const lines: PropertyLine[] = []
  for (let at = 0; at < natural.length; at++) {
    const first = natural[at] ?? ''
    if (/^[ \t\f]*([#!]|\\?$)/.test(first)) {
      lines.push({ raw: first })
      continue
    }
    let raw = first
    let logical = first.replace(/^[ \t\f]+/, '')
    while (endsInOddBackslashes(logical) && at + 1 < natural.length) {
      const next = natural[++at] ?? ''
      raw += `\n${next}`
      logical = logical.slice(0, -1) + next.replace(/^[ \t\f]+/, '')
    }
    lines.push({ raw, ...splitProperty(endsInOddBackslashes(logical) ? logical.slice(0, -1) : logical) })
  }
  return lines
}

/** What the text sets: of a repeated key, the last line counts. */
export function readProperties(text: string): ReadonlyMap<string, string> {
  return new Map(readPropertyLines(text).flatMap(({ key, value = '' }) => (key === undefined ? [] : [[key, value]])))
}

/** One line that Spark reads as exactly this key and value, in whatever encoding: only ASCII is written. */
export function renderProperty(key: string, value: string): string {
  return `${escapeProperty(key).replace(/[ =:]/g, '\\$&')} ${escapeProperty(value)}`
}

function endsInOddBackslashes(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1
}

function splitProperty(logical: string): { key: string; value: string } {
  const [, key = '', value = ''] = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/su.exec(logical) ?? []
  return { key: unescapeProperty(key), value: unescapeProperty(value).trim() }
}

const NAMED: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescapeProperty(escaped: string): string {
  return escaped.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (NAMED[char ?? ''] ?? char ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function escapeProperty(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(/^[#!=: ]/, '\\$&')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
