import { MakotoError } from '@makoto/core'
import type { ConfigTarget } from '../target.ts'
import { BEGIN, END, renderBlock } from './python-block.ts'

/**
 * A Python function `with_makoto(builder)`, between two marks, in a module of its own or in an existing one.
 *
 * Lists are merged where Python runs: with what the builder holds that it is given, with the JVM's if one is there, else
 * with those of the `spark-defaults.conf` that it will read.
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
  settle: ({ properties }) => properties,
}

function appendBlock(existing: string, block: string): string {
  if (existing === '') return `${block}\n`
  return `${existing.replace(/\n*$/, '')}\n\n\n${block}\n`
}
