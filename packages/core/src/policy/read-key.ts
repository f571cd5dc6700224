import { type KeyDeclaration, type PublicKey, parsePublicKey } from '../key/public-key.ts'
import type { TrustedKey, ValidFor } from '../trust/index.ts'
import { ALWAYS } from '../trust/trust.ts'
import type { TrustEntries } from './policy-document.ts'
import { refuse } from './read-policy.ts'

type KeyEntry = NonNullable<TrustEntries['keys']>[number]
type Declared = Pick<KeyEntry, 'padding' | 'hash'>
type Windowed = Pick<KeyEntry, 'validFrom' | 'validUntil'>

export function readTrustedKey(entry: KeyEntry, material: Uint8Array, place: string): TrustedKey {
  const { name, revokedOn } = entry
  const validFor = readWindow(entry)
  return {
    ...readDeclaredKey(entry, material, `${place}: key ${name}`),
    name,
    ...(validFor === ALWAYS ? {} : { validFor }),
    ...(revokedOn === undefined ? {} : { revokedOn: Date.parse(revokedOn) }),
  }
}

/** @param title whose key it is, and where it is named */
export function readDeclaredKey({ padding, hash }: Declared, material: Uint8Array, title: string): PublicKey {
  const declaration: KeyDeclaration = {
    ...(padding === undefined ? {} : { padding }),
    ...(hash === undefined ? {} : { hash }),
  }
  const key = parsePublicKey(material, declaration)
  if (padding !== undefined && !key.algorithm.startsWith('rsa'))
    throw refuse(title, `padding is for RSA keys, this is ${key.algorithm}`)
  return key
}

/** Open at an end that nobody set, and `ALWAYS` where nobody set either. */
export function readWindow({ validFrom, validUntil }: Windowed): ValidFor {
  if (validFrom === undefined && validUntil === undefined) return ALWAYS
  return {
    start: validFrom === undefined ? ALWAYS.start : Date.parse(validFrom),
    end: validUntil === undefined ? ALWAYS.end : Date.parse(validUntil),
  }
}
