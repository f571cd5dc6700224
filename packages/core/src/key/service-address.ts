import { MakotoError } from '../errors.ts'

/**
 * The address of a key service: `https:`, or `http:` on this machine alone. Tokens travel there, and what travels in
 * clear is everybody's.
 */
export function parseServiceAddress(address: string | URL): URL {
  const url = URL.parse(String(address))
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))) return url
  throw new MakotoError('options-invalid', `a key service is asked over https, not at ${String(address)}`, {
    hint: 'Only on this machine itself http: will do.',
  })
}

export const isLoopback = ({ hostname }: URL) => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
