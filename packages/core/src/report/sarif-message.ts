import { visible } from '../verify/check.ts'

/**
 * A text in which nothing is a link or a placeholder, and nothing is invisible: viewers make `[text](target)` of a plain
 * message a link, and names in it come from strangers.
 *
 * @see SARIF 2.1.0 §3.11.5 placeholders, §3.11.6 embedded links
 */
export function escapeMessage(text: string): string {
  return visible(text)
    .replaceAll(/[\\[\]]/g, '\\$&')
    .replaceAll(/[{}]/g, '$&$&')
}
