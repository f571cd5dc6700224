import { generateKeyPairSync } from 'node:crypto'
import { readToken } from '../json-web-token.ts'
import { type LoopbackReply, type LoopbackRequest, Refusal, serveLoopback } from '../loopback.ts'
import { makeServiceKey, type ServiceKey, type ServiceKeyType } from './service-key.ts'

export interface TestGcpKms {
  readonly url: string
  /** What `GOOGLE_APPLICATION_CREDENTIALS` points to: a service account's key. */
  readonly credentialsJson: string
  /** `projects/…/cryptoKeys/…` */
  readonly keyName: string
  /** Of version 1, 2, …; the newest enabled one is number 10. */
  readonly publicPem: (version: number) => string
  readonly close: () => Promise<void>
}

const ALGORITHM = {
  'ecdsa-p256': 'EC_SIGN_P256_SHA256',
  'ecdsa-p384': 'EC_SIGN_P384_SHA384',
  ed25519: 'EC_SIGN_ED25519',
  rsa: 'RSA_SIGN_PSS_2048_SHA256',
} as const
const DIGEST = { 'ecdsa-p256': ['sha256', 32], 'ecdsa-p384': ['sha384', 48] } as const

/** Google Cloud KMS over REST with one key of eleven versions, the last disabled: checks who asks by the account's key. */
export async function startGcpKms(type: ServiceKeyType = 'ecdsa-p256'): Promise<TestGcpKms> {
  const account = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const email = 'makoto@test-project.iam.gserviceaccount.com'
  const keyName = 'projects/test-project/locations/europe-west1/keyRings/makoto/cryptoKeys/test'
  const versions = Array.from({ length: 11 }, () => makeServiceKey(type))
  const find = (number: string | undefined): ServiceKey => {
    const key = versions[Number(number) - 1]
    if (key === undefined) throw refuse(404, 'NOT_FOUND', 'no such version')
    return key
  }
  const answer = ({ method, target, headers, body }: LoopbackRequest): LoopbackReply => {
    const claims = readToken(headers.authorization?.replace(/^Bearer /, '') ?? '', account.publicKey)
    if (claims?.iss !== email) throw refuse(401, 'UNAUTHENTICATED', 'no token of a known account')
    const { pathname, searchParams } = new URL(target, 'http://double')
    const path = decodeURIComponent(pathname)
    if (method === 'GET' && path === `/v1/${keyName}/cryptoKeyVersions`)
      return { body: { cryptoKeyVersions: listVersions(keyName, type, searchParams.get('filter')) } }
    const [, number, action] = new RegExp(`^/v1/${keyName}/cryptoKeyVersions/(\\d+)(.*)$`).exec(path) ?? []
    if (method === 'GET' && action === '/publicKey')
      return {
        body: {
          pem: find(number).publicPem,
          algorithm: ALGORITHM[type],
          name: `${keyName}/cryptoKeyVersions/${number}`,
        },
      }
    if (method === 'POST' && action === ':asymmetricSign')
      return { body: { signature: signRequest(find(number), JSON.parse(body.toString())).toString('base64') } }
    throw refuse(404, 'NOT_FOUND', 'no such method')
  }
  const { url, close } = await serveLoopback(answer)
  const credentials = {
    type: 'service_account',
    project_id: 'test-project',
    private_key_id: 'test',
    private_key: account.privateKey.export({ format: 'pem', type: 'pkcs8' }),
    client_email: email,
    client_id: '1',
    token_uri: `${url}/token`,
  }
  return {
    url,
    credentialsJson: JSON.stringify(credentials),
    keyName,
    publicPem: (version) => find(String(version)).publicPem,
    close,
  }
}

/** In the order of the names, as the service lists them: 10 before 9. */
function listVersions(keyName: string, type: ServiceKeyType, filter: string | null) {
  const all = Array.from({ length: 11 }, (_, at) => ({
    name: `${keyName}/cryptoKeyVersions/${at + 1}`,
    state: at === 10 ? 'DISABLED' : 'ENABLED',
    algorithm: ALGORITHM[type],
  }))
  return all
    .filter(({ state }) => filter !== 'state=ENABLED' || state === 'ENABLED')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function signRequest(key: ServiceKey, { digest = {} }: { digest?: Readonly<Record<string, string>> }): Buffer {
  if (key.type !== 'ecdsa-p256' && key.type !== 'ecdsa-p384') throw refuse(400, 'INVALID_ARGUMENT', 'not a digest')
  const [hash, length] = DIGEST[key.type]
  const bytes = Buffer.from(digest[hash] ?? '', 'base64')
  if (Object.keys(digest).length !== 1 || bytes.length !== length)
    throw refuse(400, 'INVALID_ARGUMENT', `a ${hash} digest is expected`)
  return key.signDigestDer(bytes)
}

const refuse = (code: number, status: string, message: string) =>
  new Refusal({ status: code, body: { error: { code, status, message } } })
