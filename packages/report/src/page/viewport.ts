import { element } from './element.ts'

interface View {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const STEP = 60
const ZOOM = 1.25
const MIN_WIDTH = 120
const MAX_GROWTH = 4

/** A frame around a drawing that can be moved and enlarged: by mouse, by finger, by its buttons and by keys. */
export function frameDrawing(
  svg: SVGSVGElement,
  size: { readonly width: number; readonly height: number },
): HTMLElement {
  const whole: View = { x: 0, y: 0, width: Math.max(size.width, 1), height: Math.max(size.height, 1) }
  let view = whole
  const show = (next: View) => {
    view = next
    svg.setAttribute('viewBox', [view.x, view.y, view.width, view.height].map((value) => value.toFixed(2)).join(' '))
  }
  const zoom = (factor: number) => {
    const width = Math.min(Math.max(view.width / factor, MIN_WIDTH), whole.width * MAX_GROWTH)
    const height = (width / view.width) * view.height
    show({ x: view.x + (view.width - width) / 2, y: view.y + (view.height - height) / 2, width, height })
  }
  const move = (x: number, y: number) => show({ ...view, x: view.x + x, y: view.y + y })
  show(whole)
  const frame = element(
    'div',
    {
      class: 'frame',
      tabindex: '0',
      role: 'group',
      'aria-label': 'Lineage graph. Arrow keys move it, plus and minus change its size, 0 shows all of it.',
    },
    svg,
  )
  listenToKeys(frame, { zoom, move, reset: () => show(whole) })
  listenToPointer(frame, svg, { move, scale: () => view.width / Math.max(svg.clientWidth, 1) })
  frame.addEventListener('wheel', (event) => zoomByWheel(event, zoom), { passive: false })
  // On paper nobody can move it.
  addEventListener('beforeprint', () => show(whole))
  return element('div', { class: 'graph' }, frame, toolbar({ zoom, reset: () => show(whole) }))
}

interface Actions {
  zoom(factor: number): void
  move(x: number, y: number): void
  reset(): void
}

function listenToKeys(frame: HTMLElement, { zoom, move, reset }: Actions): void {
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(-STEP, 0),
    ArrowRight: () => move(STEP, 0),
    ArrowUp: () => move(0, -STEP),
    ArrowDown: () => move(0, STEP),
    '+': () => zoom(ZOOM),
    '=': () => zoom(ZOOM),
    '-': () => zoom(1 / ZOOM),
    '0': reset,
  }
  frame.addEventListener('keydown', (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  })
}

/** A page scrolls by its wheel; the drawing grows only where that is meant. */
function zoomByWheel(event: WheelEvent, zoom: Actions['zoom']): void {
  if (!event.ctrlKey && !event.metaKey) return
  event.preventDefault()
  zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM)
}

function listenToPointer(
  frame: HTMLElement,
  svg: SVGSVGElement,
  { move, scale }: Pick<Actions, 'move'> & { scale(): number },
): void {
  let held: { x: number; y: number } | undefined
  frame.addEventListener('pointerdown', ({ clientX, clientY }) => {
    held = { x: clientX, y: clientY }
  })
  frame.addEventListener('pointermove', ({ clientX, clientY, buttons }) => {
    if (held === undefined || buttons === 0) return
    move((held.x - clientX) * scale(), (held.y - clientY) * scale())
    held = { x: clientX, y: clientY }
  })
  for (const end of ['pointerup', 'pointerleave'] as const)
    frame.addEventListener(end, () => {
      held = undefined
    })
  svg.addEventListener('dragstart', (event) => event.preventDefault())
}

function toolbar({ zoom, reset }: Omit<Actions, 'move'>): HTMLElement {
  const button = (label: string, text: string, act: () => void) => {
    const made = element('button', { type: 'button', 'aria-label': label, title: label }, text)
    made.addEventListener('click', act)
    return made
  }
  return element(
    'div',
    { class: 'tools', role: 'group', 'aria-label': 'size of the graph' },
    button('larger', '+', () => zoom(ZOOM)),
    button('smaller', '−', () => zoom(1 / ZOOM)),
    button('show all', '⤢', reset),
  )
}
