/**
 * What could move the cursor, colour the line, turn the reading direction or hide in it: control characters, bidi and
 * zero-width characters, variation selectors, tags, lone surrogates. Names and paths come from strangers.
 *
 * @see SPEC §4, D9
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/gu

/** The text as a terminal may show it: what is unsafe stands as `\u{…}`. */
export function makePrintable(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}

/** JSON that means the same and holds nothing unsafe, so that it may be shown on a terminal too. */
export function renderJson(value: unknown): string {
  const escaped = JSON.stringify(value, null, 2).replace(UNSAFE, (char) => (char === '\n' ? char : escapeUnits(char)))
  return `${escaped}\n`
}

function escapeUnits(char: string): string {
  return Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  )
}
