import { isMakotoError, type Trust } from '@makoto/core/verify'
import { element } from './element.ts'
import { addTrust, NOBODY } from './reader-trust.ts'

/** The place where a reader puts whom the reader believes. Files are read in this browser and go nowhere. */
export function renderTrustDrop(onTrust: (trust: Trust) => Promise<void>): HTMLElement {
  let trust = NOBODY
  const list = element('ul', { class: 'trusted', 'aria-label': 'whom you trust' })
  const input = element('input', { type: 'file', id: 'trust-files', multiple: '', accept: '.pem,.pub,.crt,.cer,.json' })
  const zone = element(
    'div',
    { class: 'drop' },
    element('label', { for: 'trust-files' }, 'Drop a public key (PEM) here, or choose it'),
    input,
    element(
      'p',
      {},
      'With it, where you have one: the root certificate of the timestamp authority, or a trusted_root.json.',
    ),
  )
  const take = async (files: Iterable<File>) => {
    for (const file of files) {
      const { next, said } = await readFile(file, trust)
      trust = next
      list.append(element('li', {}, said))
    }
    await onTrust(trust)
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

async function readFile(file: File, trust: Trust): Promise<{ next: Trust; said: string }> {
  try {
    const { trust: next, added } = addTrust(trust, new Uint8Array(await file.arrayBuffer()))
    return { next, said: `${file.name}: ${added}` }
  } catch (error) {
    if (!isMakotoError(error)) throw error
    return { next: trust, said: `${file.name} was not taken: ${error.message}` }
  }
}
