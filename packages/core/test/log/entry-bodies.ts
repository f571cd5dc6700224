import { hash, sign } from 'node:crypto'
import {
  canonicalize,
  encodeBase64,
  encodeUtf8,
  formatPem,
  type JsonValue,
  pae,
  type SignedEntity,
  STATEMENT_PAYLOAD_TYPE,
} from '@makoto/core'
import { issueCertificate } from '@makoto/testkit'

type Envelope = Extract<SignedEntity, { payload: Uint8Array }>

const DAY = 86_400_000
const now = Date.now()

/** One signer for a whole file of tests; each call of `signPayload` is another signature. */
const issued = issueCertificate({
  name: 'signer',
  notBefore: new Date(now - DAY),
  notAfter: new Date(now + DAY),
  keyUsage: 'sign',
})

export const PAYLOAD = encodeUtf8('{"_type":"https://in-toto.io/Statement/v1"}')

export const CERTIFICATE = new Uint8Array(issued.der)

/** An envelope as a verifier knows it, signed with a key or under a certificate. */
export function signPayload(signer: { spki: Uint8Array } | { certificate: Uint8Array } = { certificate: CERTIFICATE }) {
  const signature = new Uint8Array(sign('sha256', pae(STATEMENT_PAYLOAD_TYPE, PAYLOAD), issued.privateKey))
  return { payloadType: STATEMENT_PAYLOAD_TYPE, payload: PAYLOAD, signature, ...signer }
}

/** What each kind of entry says of an envelope, as the servers canonicalise it. */
export const BODIES: Readonly<Record<string, (signed: Envelope) => JsonValue>> = {
  'hashedrekord 0.0.1': (signed) => ({
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256(paeOf(signed)).toString('hex') } },
      signature: { content: encodeBase64(signed.signature), publicKey: { content: pemOf(signed) } },
    },
  }),
  'dsse 0.0.1': (signed) => ({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256(encodeUtf8('whatever was sent')).toString('hex') },
      payloadHash: { algorithm: 'sha256', value: sha256(signed.payload).toString('hex') },
      signatures: [{ signature: encodeBase64(signed.signature), verifier: pemOf(signed) }],
    },
  }),
  'intoto 0.0.1': (signed) => ({
    apiVersion: '0.0.1',
    kind: 'intoto',
    spec: {
      content: {
        hash: { algorithm: 'sha256', value: sha256(encodeUtf8(sentByCosign(signed))).toString('hex') },
        payloadHash: { algorithm: 'sha256', value: sha256(signed.payload).toString('hex') },
      },
      publicKey: pemOf(signed),
    },
  }),
  'intoto 0.0.2': (signed) => ({
    apiVersion: '0.0.2',
    kind: 'intoto',
    spec: {
      content: {
        envelope: {
          payloadType: signed.payloadType,
          signatures: [{ publicKey: pemOf(signed), sig: encodeBase64(encodeUtf8(encodeBase64(signed.signature))) }],
        },
        hash: { algorithm: 'sha256', value: sha256(encodeUtf8('whatever was sent')).toString('hex') },
        payloadHash: { algorithm: 'sha256', value: sha256(signed.payload).toString('hex') },
      },
    },
  }),
  'hashedrekord 0.0.2': (signed) => ({
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest: sha256(paeOf(signed)).toString('base64') },
        signature: { content: encodeBase64(signed.signature), verifier: verifierOf(signed) },
      },
    },
  }),
  'dsse 0.0.2': (signed) => ({
    apiVersion: '0.0.2',
    kind: 'dsse',
    spec: {
      dsseV002: {
        payloadHash: { algorithm: 'SHA2_256', digest: sha256(signed.payload).toString('base64') },
        signatures: [{ content: encodeBase64(signed.signature), verifier: verifierOf(signed) }],
      },
    },
  }),
}

/** The kinds, with the version of the log that keeps them. */
export const KINDS = Object.keys(BODIES).map((kind) => ({
  kind,
  rekor: isOfVersion2(kind) ? (2 as const) : (1 as const),
}))

export function bodyOf(kind: string, signed: Envelope): Uint8Array {
  const write = BODIES[kind]
  if (write === undefined) throw new Error(`no body of kind ${kind}`)
  return canonicalize(write(signed))
}

function isOfVersion2(kind: string): boolean {
  return kind === 'hashedrekord 0.0.2' || kind === 'dsse 0.0.2'
}

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer')

const paeOf = ({ payloadType, payload }: Envelope) => pae(payloadType, payload)

function pemOf(signed: Envelope): string {
  const pem = 'spki' in signed ? formatPem('PUBLIC KEY', signed.spki) : formatPem('CERTIFICATE', signed.certificate)
  return encodeBase64(encodeUtf8(pem))
}

function verifierOf(signed: Envelope): JsonValue {
  const keyDetails = 'PKIX_ECDSA_P256_SHA_256'
  return 'spki' in signed
    ? { keyDetails, publicKey: { rawBytes: encodeBase64(signed.spki) } }
    : { keyDetails, x509Certificate: { rawBytes: encodeBase64(signed.certificate) } }
}

/** The text of go-securesystemslib's envelope, field for field. */
function sentByCosign({ payloadType, payload, signature }: Envelope): string {
  const [body, sig] = [encodeBase64(payload), encodeBase64(signature)]
  return `{"payloadType":"${payloadType}","payload":"${body}","signatures":[{"keyid":"","sig":"${sig}"}]}`
}
