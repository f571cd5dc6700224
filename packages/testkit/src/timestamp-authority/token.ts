/** A TimeStampResp made by hand: RFC 3161 §2.4.2, RFC 5652 §5, RFC 5816. */
import { hash, randomBytes, sign } from 'node:crypto'
import type { Issued } from './certificate.ts'
import { boolean, der, generalizedTime, integer, nothing, octets, oid, sequence, set, utf8 } from './der.ts'

export interface TokenOptions {
  /** DER of MessageImprint. */
  readonly imprint: Buffer
  readonly nonce: Buffer | undefined
  readonly time: Date
  readonly signer: Issued
  /** Beside the signer's own, what the token brings along; null: none at all. */
  readonly certificates: readonly Issued[] | null
  /** An extension of nobody's in what is signed. */
  readonly extension?: { readonly critical: boolean } | undefined
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing())

export function grantTimestamp(options: TokenOptions): Buffer {
  return sequence(sequence(integer(0)), sequence(oid('1.2.840.113549.1.7.2'), der(0xa0, signedData(options))))
}

/** A reply that refuses, with a reason in words. */
export function rejectTimestamp(reason: string): Buffer {
  return sequence(sequence(integer(2), sequence(utf8(reason))))
}

function signedData(options: TokenOptions): Buffer {
  const content = timestampInfo(options)
  const { signer, certificates } = options
  return sequence(
    integer(3),
    set(SHA256),
    sequence(oid(TST_INFO), der(0xa0, octets(content))),
    ...(certificates === null ? [] : [der(0xa0, signer.der, ...certificates.map((issued) => issued.der))]),
    set(signerInfo(signer, content, options.time)),
  )
}

function timestampInfo({ imprint, nonce, time, extension }: TokenOptions): Buffer {
  const serial = randomBytes(8)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return sequence(
    integer(1),
    oid('1.3.6.1.4.1.32473.2'),
    imprint,
    integer(serial),
    generalizedTime(time),
    ...(nonce === undefined ? [] : [integer(nonce)]),
    ...(extension === undefined ? [] : [der(0xa1, strangeExtension(extension))]),
  )
}

/** DER leaves a false `critical` out. */
const strangeExtension = ({ critical }: { readonly critical: boolean }) =>
  sequence(oid('1.3.6.1.4.1.32473.3'), ...(critical ? [boolean(true)] : []), octets(nothing()))

function signerInfo(signer: Issued, content: Buffer, time: Date): Buffer {
  const attributes = [
    attribute('1.2.840.113549.1.9.3', oid(TST_INFO)),
    attribute('1.2.840.113549.1.9.5', signingTime(time)),
    attribute('1.2.840.113549.1.9.4', octets(hash('sha256', content, 'buffer'))),
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(hash('sha256', signer.der, 'buffer')))))),
  ].sort(Buffer.compare)
  return sequence(
    integer(1),
    sequence(signer.issuerName, integer(signer.serial)),
    SHA256,
    der(0xa0, ...attributes),
    sequence(oid('1.2.840.10045.4.3.2')),
    octets(sign('sha256', set(...attributes), signer.privateKey)),
  )
}

const attribute = (type: string, value: Buffer) => sequence(oid(type), set(value))

const signingTime = (time: Date) =>
  der(
    0x17,
    Buffer.from(
      time
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2),
    ),
  )
