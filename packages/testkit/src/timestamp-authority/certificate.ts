/** X.509 certificates made in process, good and, where a test asks, bad. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bits, boolean, certificateTime, der, integer, octets, oid, sequence, set, utf8 } from './der.ts'

export interface CertificateOptions {
  readonly name: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** A CA; left out or null: an end entity. */
  readonly authority?: { readonly pathLength?: number } | null
  readonly keyUsage?: 'sign' | 'certify' | 'none'
  readonly extendedKeyUsage?: { readonly purposes: readonly string[]; readonly critical: boolean }
  /** A critical extension that nobody knows. */
  readonly unknownCritical?: boolean
  /** Further extensions, as `certificateExtension` makes them. */
  readonly extensions?: readonly Buffer[]
  /** Makes the last extension of the body that lacks it: how a certificate log's timestamps are embedded. */
  readonly embed?: (body: Buffer) => Buffer
  readonly issuer?: Issued
  readonly keyPair?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
}

export interface Issued {
  readonly der: Buffer
  readonly pem: string
  readonly name: Buffer
  readonly issuerName: Buffer
  readonly serial: Buffer
  readonly privateKey: KeyObject
}

export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

const ECDSA_SHA256 = '1.2.840.10045.4.3.2'

/** Issues a P-256 certificate, self-signed where no issuer is given. */
export function issueCertificate(options: CertificateOptions): Issued {
  const { privateKey, publicKey } = options.keyPair ?? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...certifyKey(publicKey, options.issuer?.privateKey ?? privateKey, options), privateKey }
}

/** Certifies a key whose private half is somebody else's. */
export function certifyKey(
  publicKey: KeyObject,
  issuerKey: KeyObject,
  options: CertificateOptions,
): Omit<Issued, 'privateKey'> {
  const name = distinguishedName(options.name)
  const issuerName = options.issuer?.name ?? name
  const serial = positiveSerial()
  const algorithm = sequence(oid(ECDSA_SHA256))
  const bodyWith = (extensions: readonly Buffer[]) =>
    sequence(
      der(0xa0, integer(2)),
      integer(serial),
      algorithm,
      issuerName,
      sequence(certificateTime(options.notBefore), certificateTime(options.notAfter)),
      name,
      publicKey.export({ format: 'der', type: 'spki' }),
      der(0xa3, sequence(...extensions)),
    )
  const extensions = extensionsOf(options)
  const last = options.embed?.(bodyWith(extensions))
  const body = bodyWith(last === undefined ? extensions : [...extensions, last])
  const certificate = sequence(body, algorithm, bits(sign('sha256', body, issuerKey)))
  return { der: certificate, pem: toPem(certificate), name, issuerName, serial }
}

/** Without a name: empty, as Fulcio leaves it. */
function distinguishedName(commonName: string): Buffer {
  return commonName === '' ? sequence() : sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))))
}

function positiveSerial(): Buffer {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}

const KEY_USAGE_BITS = { sign: bits(Buffer.from([0x80]), 7), certify: bits(Buffer.from([0x06]), 1), none: undefined }

function extensionsOf({
  authority,
  keyUsage = 'none',
  extendedKeyUsage,
  unknownCritical,
  extensions = [],
}: CertificateOptions): Buffer[] {
  const usage = KEY_USAGE_BITS[keyUsage]
  return [
    certificateExtension('2.5.29.19', true, basicConstraints(authority)),
    ...(usage ? [certificateExtension('2.5.29.15', true, usage)] : []),
    ...(extendedKeyUsage
      ? [certificateExtension('2.5.29.37', extendedKeyUsage.critical, sequence(...extendedKeyUsage.purposes.map(oid)))]
      : []),
    ...(unknownCritical ? [certificateExtension('1.3.6.1.4.1.32473.1', true, utf8('example'))] : []),
    ...extensions,
  ]
}

function basicConstraints(authority: CertificateOptions['authority']): Buffer {
  if (!authority) return sequence()
  const { pathLength } = authority
  return sequence(boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)]))
}

export const certificateExtension = (id: string, critical: boolean, value: Buffer) =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value))

function toPem(certificate: Buffer): string {
  const body = certificate.toString('base64').replaceAll(/.{1,64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${body}-----END CERTIFICATE-----\n`
}
