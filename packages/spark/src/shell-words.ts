/**
 * A word as it stands in a command line, and what the shell makes of it where no expansion takes part; `expands` where
 * one may.
 */
export type ShellWord = { raw: string; value: string; expands?: boolean }

const PIECE = /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^ \t\r\n'"\\]+)/y

/** Splits POSIX shell text into words; a `$` stays as it is written. Throws a `SyntaxError` on an open quote. */
export function splitShellWords(text: string): ShellWord[] {
  const words: ShellWord[] = []
  let at = 0
  while (true) {
    at += /^(?:[ \t\r\n]|\\\r?\n)*/.exec(text.slice(at))?.[0].length ?? 0
    if (at >= text.length) return words
    const word: ShellWord = { raw: '', value: '' }
    while (at < text.length && !/[ \t\r\n]/.test(text.charAt(at))) {
      PIECE.lastIndex = at
      const piece = PIECE.exec(text)
      if (piece === null) throw new SyntaxError(`open quote at character ${at + 1}`)
      word.raw += piece[0]
      word.value += readPiece(piece)
      if (isExpanded(piece)) word.expands = true
      at = PIECE.lastIndex
    }
    words.push(word)
  }
}

/** The word in single quotes where the shell would otherwise read something into it. */
export function quoteShellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}

function isExpanded([, , double, , plain]: RegExpExecArray): boolean {
  if (double !== undefined) return /[$`]/.test(double.replace(/\\[\s\S]/g, ''))
  return plain !== undefined && /[$`*?[{~]/.test(plain)
}

function readPiece([, single, double, escaped, plain]: RegExpExecArray): string {
  if (double !== undefined) return double.replace(/\\(?:\n|([$`"\\]))/g, '$1')
  if (escaped !== undefined) return escaped === '\n' ? '' : escaped
  return single ?? plain ?? ''
}
