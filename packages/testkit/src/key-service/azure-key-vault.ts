import { randomBytes } from 'node:crypto'
import {
  issueLoopbackCertificate,
  type LoopbackReply,
  type LoopbackRequest,
  Refusal,
  serveLoopback,
} from '../loopback.ts'
import { makeServiceKey, type ServiceKey, type ServiceKeyType } from './service-key.ts'

export interface TestAzureKeyVault {
  readonly url: string
  /** `127.0.0.1:port`, as a key URI has it. */
  readonly host: string
  /** The authority of the vault's certificate. */
  readonly rootPem: string
  /** What App Service sets for a managed identity. */
  readonly environment: Readonly<Record<string, string>>
  /** What a request carries. */
  readonly token: string
  readonly keyName: string
  readonly version: string
  readonly publicPem: string
  readonly close: () => Promise<void>
}

const ALGORITHM: Readonly<Record<string, readonly [string, number]>> = {
  'ecdsa-p256': ['ES256', 32],
  'ecdsa-p384': ['ES384', 48],
}

/** The identity's, as long as the process lives: the SDK keeps it between vaults. */
const TOKEN = randomBytes(24).toString('base64url')

/** Azure Key Vault with one key, over HTTPS, and the endpoint that gives a managed identity its tokens. */
export async function startAzureKeyVault(
  type: ServiceKeyType = 'ecdsa-p256',
  access: 'granted' | 'denied' = 'granted',
): Promise<TestAzureKeyVault> {
  const certificate = issueLoopbackCertificate()
  const key = makeServiceKey(type)
  const [keyName, version] = ['makoto-test', randomBytes(16).toString('hex')]
  const identityHeader = randomBytes(16).toString('hex')
  const answer = (request: LoopbackRequest): LoopbackReply => {
    const { method, target, headers, body } = request
    if (headers.authorization !== `Bearer ${TOKEN}`) throw challenge()
    if (access === 'denied') throw refuse(403, 'Forbidden', 'Caller is not authorized to perform action on resource')
    const { pathname, searchParams } = new URL(target, 'https://double')
    if (!/^(?:7\.\d|20\d\d-\d\d-\d\d)$/.test(searchParams.get('api-version') ?? ''))
      throw refuse(400, 'BadParameter', 'which API version?')
    const kid = `https://${headers.host}/keys/${keyName}/${version}`
    const path = pathname.replace(/\/$/, '')
    if (method === 'GET' && (path === `/keys/${keyName}` || path === `/keys/${keyName}/${version}`))
      return { body: { key: { kid, ...describeKey(key), key_ops: ['sign', 'verify'] }, attributes: { enabled: true } } }
    if (method === 'POST' && path === `/keys/${keyName}/${version}/sign`)
      return { body: { kid, value: signRequest(key, JSON.parse(body.toString())).toString('base64url') } }
    throw refuse(404, 'KeyNotFound', 'no such key')
  }
  const vault = await serveLoopback(answer, { certificate })
  const identity = await serveLoopback(({ target, headers }) => {
    const resource = new URL(target, 'http://double').searchParams.get('resource')
    if (headers['x-identity-header'] !== identityHeader) throw refuse(401, 'unauthorized', 'no identity header')
    if (resource !== 'https://vault.azure.net') throw refuse(400, 'bad_request', `a token for ${resource}`)
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600)
    return { body: { access_token: TOKEN, expires_on, resource, token_type: 'Bearer', client_id: 'test' } }
  })
  return {
    url: vault.url,
    host: new URL(vault.url).host,
    rootPem: certificate.pem,
    environment: { IDENTITY_ENDPOINT: `${identity.url}/msi/token`, IDENTITY_HEADER: identityHeader },
    token: TOKEN,
    keyName,
    version,
    publicPem: key.publicPem,
    close: async () => {
      await vault.close()
      await identity.close()
    },
  }
}

function describeKey({ type, publicKey }: ServiceKey) {
  const { kty, crv, x, y, n, e } = publicKey.export({ format: 'jwk' })
  return type === 'rsa' ? { kty, n, e } : { kty: `${kty}-HSM`, crv, x, y }
}

function signRequest(key: ServiceKey, { alg, value = '' }: { alg?: string; value?: string }): Buffer {
  const [algorithm, length] = ALGORITHM[key.type] ?? []
  const digest = Buffer.from(value, 'base64url')
  if (alg !== algorithm || digest.length !== length)
    throw refuse(400, 'BadParameter', 'algorithm and digest do not fit the key')
  return key.signDigest(digest)
}

/** The vault says where its tokens are to be had before it answers anything. */
function challenge(): Refusal {
  const authenticate =
    'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net"'
  return new Refusal({
    status: 401,
    headers: { 'www-authenticate': authenticate },
    body: { error: { code: 'Unauthorized' } },
  })
}

const refuse = (status: number, code: string, message: string) =>
  new Refusal({ status, body: { error: { code, message } } })
