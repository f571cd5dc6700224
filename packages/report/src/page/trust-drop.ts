import { element } from './element.ts'
import { NOBODY, type ReaderTrust, takeFiles } from './reader-trust.ts'

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
  const take = async (dropped: Iterable<File>) => {
    const files = await Promise.all([...dropped].map(readFile))
    const taken = await takeFiles(reader, files)
    reader = taken.reader
    list.append(...taken.said.map((text) => element('li', {}, text)))
    await onTrust(reader)
  }
  input.addEventListener('change', () => take(input.files ?? []))
  zone.addEventListener('dragover', (event) => {
    event.preventDefault()
    zone.classList.add('over')
  })
  zone.addEventListener('dragleave', () => zone.classList.remove('over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    zone.classList.remove('over')
    take(event.dataTransfer?.files ?? [])
  })
  return element('div', {}, zone, list)
}

const readFile = async (file: File) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
