import { generateKeyPairSync } from 'node:crypto'
import { type Signer, signerOfKey } from '@makoto/core'
import {
  type CertificateOptions,
  certificateExtension,
  der,
  type Issued,
  issueCertificate,
  sequence,
} from '@makoto/testkit'

export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'

/** The name of a signer, where a test says nothing else. */
export const PIPELINE = 'https://pipelines.example/lake/orders'

const SUBJECT_ALT_NAME = '2.5.29.17'
const NAME_CONSTRAINTS = '2.5.29.30'
const TAGS = { email: 0x81, dns: 0x82, directory: 0xa4, uri: 0x86 } as const

export type Name = Partial<Record<keyof typeof TAGS, string>>

const generalNames = (name: Name) =>
  Object.entries(TAGS).flatMap(([kind, tag]) => {
    const value = Object.entries(name).find(([key]) => key === kind)?.[1]
    return value === undefined ? [] : [der(tag, Buffer.from(value, 'latin1'))]
  })

/** Whom a certificate names. */
export const named = (...names: readonly Name[]): Buffer =>
  certificateExtension(SUBJECT_ALT_NAME, false, sequence(...names.flatMap(generalNames)))

/** For which names an authority may speak. */
export function constrained({ permitted = [], excluded = [] }: { permitted?: Name[]; excluded?: Name[] }): Buffer {
  const subtrees = (tag: number, names: readonly Name[]) =>
    names.length === 0 ? [] : [der(tag, ...names.flatMap(generalNames).map((base) => sequence(base)))]
  return certificateExtension(
    NAME_CONSTRAINTS,
    true,
    sequence(...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded)),
  )
}

export interface SigningAuthorityOptions {
  readonly notBefore: Date
  readonly notAfter: Date
  readonly root?: Partial<CertificateOptions>
  readonly intermediate?: Partial<CertificateOptions>
}

export interface SigningAuthority {
  readonly root: Issued
  readonly intermediate: Issued
  /** What a verifier trusts: signers bring only their own certificate along. */
  readonly pem: string
  readonly issue: (options?: Partial<CertificateOptions>) => Issued
  /** A signer with a P-256 key and a certificate of this authority. */
  readonly certify: (options?: Partial<CertificateOptions>) => Signer
}

/** An authority of a company: a root, an intermediate, and signers whom it names. */
export function openSigningAuthority({ root, intermediate, ...validity }: SigningAuthorityOptions): SigningAuthority {
  const top = issueCertificate({ name: 'Makoto test CA', ...validity, authority: {}, keyUsage: 'certify', ...root })
  const middle = issueCertificate({
    name: 'Makoto test issuing CA',
    ...validity,
    authority: { pathLength: 0 },
    keyUsage: 'certify',
    issuer: top,
    ...intermediate,
  })
  const issue = (options: Partial<CertificateOptions> = {}) =>
    issueCertificate({
      name: 'pipeline',
      ...validity,
      keyUsage: 'sign',
      extendedKeyUsage: { purposes: [CODE_SIGNING], critical: false },
      extensions: [named({ uri: PIPELINE })],
      issuer: middle,
      ...options,
    })
  const certify = (options: Partial<CertificateOptions> = {}) => {
    const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const certificate = new Uint8Array(issue({ ...options, keyPair }).der)
    return { ...signerOfKey(keyPair.privateKey), id: PIPELINE, certificate }
  }
  return { root: top, intermediate: middle, pem: `${middle.pem}${top.pem}`, issue, certify }
}
