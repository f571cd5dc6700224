import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from 'node:crypto'
import { type Claims, readToken, signToken } from '../json-web-token.ts'
import { type LoopbackReply, type LoopbackRequest, Refusal, serveLoopback } from '../loopback.ts'
import { certificateExtension, certifyKey, type Issued, issueCertificate } from '../timestamp-authority/certificate.ts'
import { der, sequence, utf8 } from '../timestamp-authority/der.ts'
import { type CertificateLog, startCertificateLog } from './certificate-log.ts'

/** What can be wrong with the authority. */
export type FulcioFault = 'other-key' | 'expired' | 'without-name'

export interface TestFulcio {
  readonly url: string
  /** The OpenID Connect issuer that the authority believes. */
  readonly issuer: string
  /** A token for this subject, as the issuer gives it; `email` where the issuer vouches for one. */
  readonly issueToken: (subject: string, claims?: Claims) => string
  /** What GitHub sets for a workflow with `id-token: write`; its tokens name this subject. */
  readonly workflowEnvironment: (subject: string) => Readonly<Record<string, string>>
  /** Intermediate first, root last. */
  readonly chain: readonly Issued[]
  readonly log: CertificateLog
  readonly close: () => Promise<void>
}

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
const MINUTE = 60_000

/**
 * Fulcio's second API: certifies a key for ten minutes for whom a token names, against proof that the key is at hand.
 * Root, intermediate, extensions and embedded log promise are as the public instance makes them.
 */
export async function startFulcio(fault?: FulcioFault): Promise<TestFulcio> {
  const [root, intermediate] = issueAuthority()
  const log = startCertificateLog()
  const provider = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const workflowToken = randomBytes(16).toString('hex')
  const answer = (request: LoopbackRequest): LoopbackReply => {
    const { pathname, searchParams } = new URL(request.target, 'http://double')
    if (request.method === 'GET' && pathname === '/workflow-token') {
      if (request.headers.authorization !== `Bearer ${workflowToken}`) throw refuse(401, 'no token of a workflow')
      return { body: { value: issueToken(searchParams.get('subject') ?? '', { aud: searchParams.get('audience') }) } }
    }
    if (request.method !== 'POST' || pathname !== '/api/v2/signingCert') throw refuse(404, 'Not Found')
    const { claims, publicKey } = readRequest(JSON.parse(request.body.toString()), provider.publicKey)
    const leaf = certify(claims, fault === 'other-key' ? provider.publicKey : publicKey)
    const certificates = [leaf, intermediate, root].map(({ pem }) => pem)
    return { status: 201, body: { signedCertificateEmbeddedSct: { chain: { certificates } } } }
  }
  const certify = (claims: Claims, publicKey: KeyObject) => {
    const now = Date.now() - (fault === 'expired' ? 20 * MINUTE : 0)
    return certifyKey(publicKey, intermediate.privateKey, {
      name: '',
      notBefore: new Date(now),
      notAfter: new Date(now + 10 * MINUTE),
      keyUsage: 'sign',
      extendedKeyUsage: { purposes: [CODE_SIGNING], critical: false },
      issuer: intermediate,
      extensions: [...(fault === 'without-name' ? [] : [nameOf(claims)]), ...issuerOf(String(claims.iss))],
      embed: (body) => log.timestampExtension(body, createPublicKey(intermediate.privateKey), new Date(now)),
    })
  }
  const { url, close } = await serveLoopback(answer)
  const issueToken = (sub: string, claims: Claims = {}) => {
    const iat = Math.floor(Date.now() / 1000)
    return signToken({ iss: url, sub, aud: 'sigstore', iat, exp: iat + 300, ...claims }, provider.privateKey)
  }
  return {
    url,
    issuer: url,
    issueToken,
    workflowEnvironment: (subject) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/workflow-token?subject=${encodeURIComponent(subject)}`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: workflowToken,
    }),
    chain: [intermediate, root],
    log,
    close,
  }
}

function issueAuthority(): [Issued, Issued] {
  const validity = { notBefore: new Date(Date.now() - 60 * MINUTE), notAfter: new Date(Date.now() + 600 * MINUTE) }
  const root = issueCertificate({
    name: 'Makoto test Fulcio root',
    ...validity,
    authority: { pathLength: 1 },
    keyUsage: 'certify',
  })
  const intermediate = issueCertificate({
    name: 'Makoto test Fulcio intermediate',
    ...validity,
    authority: { pathLength: 0 },
    keyUsage: 'certify',
    extendedKeyUsage: { purposes: [CODE_SIGNING], critical: false },
    issuer: root,
  })
  return [root, intermediate]
}

interface CertificateRequest {
  readonly credentials?: { readonly oidcIdentityToken?: string }
  readonly publicKeyRequest?: {
    readonly publicKey?: { readonly content?: string }
    readonly proofOfPossession?: string
  }
}

function readRequest({ credentials, publicKeyRequest }: CertificateRequest, provider: KeyObject) {
  const claims = readToken(credentials?.oidcIdentityToken ?? '', provider)
  const named = claims?.email === undefined || claims.email_verified === true
  if (claims === undefined || claims.aud !== 'sigstore' || !named)
    throw refuse(401, 'There was an error processing the identity token')
  const publicKey = createPublicKey(publicKeyRequest?.publicKey?.content ?? '')
  if (publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw refuse(400, 'The public key supplied in the request could not be parsed')
  const proof = Buffer.from(publicKeyRequest?.proofOfPossession ?? '', 'base64')
  if (!verify('sha256', Buffer.from(String(claims.email ?? claims.sub)), publicKey, proof))
    throw refuse(400, 'The signature supplied in the request could not be verified')
  return { claims, publicKey }
}

/** Critical, since the subject is empty. @see RFC 5280 §4.2.1.6 */
function nameOf({ sub, email }: Claims): Buffer {
  const name = typeof email === 'string' ? der(0x81, Buffer.from(email)) : der(0x86, Buffer.from(String(sub)))
  return certificateExtension('2.5.29.17', true, sequence(name))
}

/** Fulcio's own extensions: the issuer as bare text, and as UTF8String. */
const issuerOf = (issuer: string) => [
  certificateExtension('1.3.6.1.4.1.57264.1.1', false, Buffer.from(issuer)),
  certificateExtension('1.3.6.1.4.1.57264.1.8', false, utf8(issuer)),
]

const refuse = (status: number, message: string) => new Refusal({ status, body: { code: 3, message } })
