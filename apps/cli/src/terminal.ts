import { styleText } from 'node:util'
import { makePrintable, renderJson } from './printable.ts'

export type Style = 'good' | 'bad' | 'dim' | 'strong'
export type Span = string | { readonly text: string; readonly style: Style }
export type ColorChoice = 'auto' | 'always' | 'never'

/**
 * The two streams of a command. Data goes to standard output, words to standard error; whatever is printed as words
 * is made printable here, so that no caller can forget it. Colour only repeats what the words say.
 */
export type Terminal = {
  /** Bytes or text for another program, exactly as they are. */
  data(content: string | Uint8Array): void
  json(value: unknown): void
  /** A line of the answer, to standard output. */
  print(...spans: Span[]): void
  /** A line about the answer, to standard error. */
  say(...spans: Span[]): void
  /** Shows a line that the next one replaces; undefined where nobody would see it. */
  readonly showProgress: ((text: string) => void) | undefined
  clearProgress(): void
}

export function openTerminal(color: ColorChoice, { stdout, stderr, env } = process): Terminal {
  const paintsOut = wantsColor(color, stdout.isTTY, env)
  const paintsErr = wantsColor(color, stderr.isTTY, env)
  let progress = false
  const clearProgress = () => {
    if (progress) stderr.write('\r\x1b[K')
    progress = false
  }
  return {
    data: (content) => void stdout.write(content),
    json: (value) => void stdout.write(renderJson(value)),
    print(...spans) {
      clearProgress()
      stdout.write(`${renderLine(spans, paintsOut)}\n`)
    },
    say(...spans) {
      clearProgress()
      stderr.write(`${renderLine(spans, paintsErr)}\n`)
    },
    showProgress: stderr.isTTY
      ? (text) => {
          progress = true
          stderr.write(`\r\x1b[K${makePrintable(text).slice(0, (stderr.columns ?? 80) - 1)}`)
        }
      : undefined,
    clearProgress,
  }
}

function wantsColor(choice: ColorChoice, isTTY: boolean | undefined, env: NodeJS.ProcessEnv): boolean {
  if (choice !== 'auto') return choice === 'always'
  return isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

const STYLES = { good: 'green', bad: 'red', dim: 'dim', strong: 'bold' } as const

function renderLine(spans: readonly Span[], paints: boolean): string {
  return spans
    .map((span) => {
      if (typeof span === 'string') return makePrintable(span)
      const text = makePrintable(span.text)
      return paints ? styleText(STYLES[span.style], text, { validateStream: false }) : text
    })
    .join('')
}
