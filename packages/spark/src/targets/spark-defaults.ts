import type { SparkConfig } from '../config.ts'
import { mergeValue } from '../list-property.ts'
import { type PropertyLine, readProperties, readPropertyLines, renderProperty } from '../properties-file.ts'
import type { ConfigTarget } from '../target.ts'

const HEADING = '# Makoto: what each job reads and writes is attested'

/** `spark-defaults.conf`, merged line by line: comments, order and foreign settings stay as they are. */
export const sparkDefaults: ConfigTarget = {
  name: 'defaults',
  render(config, existing = '') {
    const lines = readPropertyLines(existing.replaceAll('\r\n', '\n'))
    const added = config.properties.filter(([key, value]) => !mergeProperty(lines, key, value))
    const text = [...lines.map(({ raw }) => raw), ...renderAdded(added, lines)].map((line) => `${line}\n`).join('')
    return existing.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
  },
  settle(config, existing) {
    const after = readProperties(sparkDefaults.render(config, existing))
    return config.properties.map(([key, value]) => [key, after.get(key) ?? value])
  },
}

/** Settles the property on the line that counts, the last one; false when no line has the key. */
function mergeProperty(lines: PropertyLine[], key: string, value: string): boolean {
  const line = lines.findLast((candidate) => candidate.key === key)
  if (line?.value === undefined) return false
  const merged = mergeValue(key, line.value, value)
  if (merged !== line.value) line.raw = renderProperty(key, merged)
  return true
}

function renderAdded(added: SparkConfig['properties'], lines: PropertyLine[]): string[] {
  if (added.length === 0) return []
  const rendered = added.map(([key, value]) => renderProperty(key, value))
  if (lines.some(({ raw }) => raw === HEADING)) return rendered
  return lines.length === 0 ? [HEADING, ...rendered] : ['', HEADING, ...rendered]
}
