/** Everything on the page is made here: names and messages become text and attributes, never markup. */
export type Child = Node | string | undefined | readonly Child[]

const SVG = 'http://www.w3.org/2000/svg'

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children)
}

export function drawing<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS(SVG, tag), attributes, children)
}

/** A table that is wider than a small screen moves by itself, not the page. */
export const scrollable = (table: HTMLTableElement) => element('div', { class: 'scroll' }, table)

function fill<Made extends Element>(
  made: Made,
  attributes: Readonly<Record<string, string>>,
  children: readonly Child[],
): Made {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, visible(value))
  made.append(...flatten(children))
  return made
}

function flatten(children: readonly Child[]): Node[] {
  return children.flatMap((child): Node[] => {
    if (child === undefined) return []
    if (typeof child === 'string') return [document.createTextNode(visible(child))]
    return child instanceof Node ? [child] : flatten(child)
  })
}

/** Controls, bidi marks and what nobody sees are written out, so that a name cannot look like another. @see SPEC D9 */
export function visible(text: string): string {
  if (/^[ -~]*$/.test(text)) return text
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/gu,
    (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`,
  )
}
