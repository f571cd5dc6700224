import { element } from './element.ts'
import { MAX_FILE_BYTES, NOBODY, type ReaderTrust, takeFiles } from './reader-trust.ts'

/** The place where a reader puts whom the reader believes. Files are read in this browser and go nowhere. */
export function renderTrustDrop(onTrust: (reader: ReaderTrust) => Promise<void>): HTMLElement {
  let reader = NOBODY
  const list = element('ul', { class: 'trusted', 'aria-label': 'whom you trust' })
  const input = element('input', {
    type: 'file',
    id: 'trust-files',
    multiple: '',
    accept: '.pem,.pub,.crt,.cer,.json,.yaml,.yml',
  })
  const zone = element(
    'div',
    { class: 'drop' },
    element('label', { for: 'trust-files' }, 'Drop a public key (PEM) here, or choose it'),
    input,
    element(
      'p',
      {},
      'With it, where you have one: the root certificate of the timestamp authority, or a trusted_root.json. Or your policy (YAML), together with the files that it names.',
    ),
  )
  const say = (texts: readonly string[]) => list.append(...texts.map((text) => element('li', {}, text)))
  const take = async (dropped: readonly File[]) => {
    const taken = await takeFiles(reader, await Promise.all(dropped.map(readFile)))
    reader = taken.reader
    say(taken.said)
    await onTrust(reader)
  }
  let turn = Promise.resolve()
  // One after the other: what stands there in the end is about what was dropped last.
  const queue = (dropped: Iterable<File> = []) => {
    const files = [...dropped]
    turn = turn.then(() => take(files)).catch((error) => say([`these files could not be read: ${String(error)}`]))
  }
  input.addEventListener('change', () => queue(input.files ?? []))
  // Anywhere on the page: a browser would leave it for a file that misses the zone.
  document.addEventListener('dragover', (event) => {
    event.preventDefault()
    zone.classList.add('over')
  })
  document.addEventListener('dragleave', () => zone.classList.remove('over'))
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    zone.classList.remove('over')
    queue(event.dataTransfer?.files)
  })
  return element('div', {}, zone, list)
}

/** What is larger than any key or policy is not even read. */
const readFile = async (file: File) => ({
  name: file.name,
  bytes: new Uint8Array(await file.slice(0, MAX_FILE_BYTES + 1).arrayBuffer()),
})
