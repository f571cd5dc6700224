import { MakotoError } from '@makoto/core'
import type { SparkConfig } from '../config.ts'
import { separatorOf } from '../list-property.ts'
import type { ConfigTarget } from '../target.ts'

const BEGIN = '# >>> makoto >>>'
const END = '# <<< makoto <<<'

/**
 * A Python function `with_makoto(builder)`, between two marks, in a module of its own or in an existing one.
 *
 * Lists are merged where Python runs, with what the builder it is given holds already.
 */
export const pythonSession: ConfigTarget = {
  name: 'python',
  render(config, existing = '') {
    const block = renderBlock(config)
    const [begin, end] = [existing.indexOf(BEGIN), existing.indexOf(END)]
    if (begin < 0 && end < 0) return appendBlock(existing, block)
    if (begin < 0 || end < begin)
      throw new MakotoError('options-invalid', `the Python text holds only one of the marks ${BEGIN} and ${END}`, {
        hint: 'delete what is left of the block and run the command again',
      })
    return existing.slice(0, begin) + block + existing.slice(end + END.length)
  },
}

function appendBlock(existing: string, block: string): string {
  if (existing === '') return `${block}\n`
  return `${existing.replace(/\n*$/, '')}\n\n\n${block}\n`
}

function renderBlock({ properties }: SparkConfig): string {
  return [
    BEGIN,
    '# Written by `makoto spark conf --target python`: run it again instead of editing between these marks.',
    'def with_makoto(builder):',
    '    """Adds the Makoto agent: spark = with_makoto(SparkSession.builder).getOrCreate()"""',
    '    known = getattr(builder, "_options", {})',
    '',
    '    def added(key, entry, separator):',
    '        entries = [item.strip() for item in str(known.get(key, "")).split(separator) if item.strip()]',
    '        others = [item for item in entries if "makoto-spark-" not in item.rsplit("/", 1)[-1]]',
    '        return separator.join(entries if entry in entries else [*others, entry])',
    '',
    '    return (',
    '        builder',
    ...properties.map(([key, value]) => `        .config(${renderPair(key, value)})`),
    '    )',
    END,
  ].join('\n')
}

function renderPair(key: string, value: string): string {
  const [name, text] = [quotePython(key), quotePython(value)]
  const separator = separatorOf(key)
  return separator === undefined ? `${name}, ${text}` : `${name}, added(${name}, ${text}, ${quotePython(separator)})`
}

/** A Python string literal in ASCII; nothing in it is interpolated. */
function quotePython(text: string): string {
  const escaped = Array.from(text, (char) => {
    const point = char.codePointAt(0) ?? 0
    if (char === '"' || char === '\\') return `\\${char}`
    if (point >= 0x20 && point < 0x7f) return char
    return point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`
  })
  return `"${escaped.join('')}"`
}
