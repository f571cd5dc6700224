import { randomUUID } from 'node:crypto'
import { type LoopbackReply, type LoopbackRequest, Refusal, serveLoopback } from '../loopback.ts'
import { type AwsCredentials, checkSignatureV4 } from './aws-signature.ts'
import { makeServiceKey, type ServiceKey, type ServiceKeyType } from './service-key.ts'

export interface TestAwsKms {
  readonly url: string
  readonly credentials: AwsCredentials
  readonly region: string
  readonly keyId: string
  readonly arn: string
  readonly alias: string
  readonly publicPem: string
  /** Lets the alias point to another key. */
  readonly moveAlias: () => void
  readonly close: () => Promise<void>
}

const REGION = 'eu-central-1'
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLEMAKOTO000',
  secretAccessKey: 'secret/of+the/double000000000000000000000',
}

const ALGORITHM = {
  'ecdsa-p256': 'ECDSA_SHA_256',
  'ecdsa-p384': 'ECDSA_SHA_384',
  ed25519: 'ED25519_SHA_512',
  rsa: 'RSASSA_PSS_SHA_256',
} as const
const DIGEST_BYTES: Readonly<Record<string, number>> = { ECDSA_SHA_256: 32, ECDSA_SHA_384: 48 }

/** AWS KMS with a key and an alias: checks signature version 4 of every request with the secret, as AWS does. */
export async function startAwsKms(type: ServiceKeyType = 'ecdsa-p256', usage = 'SIGN_VERIFY'): Promise<TestAwsKms> {
  const own = { id: randomUUID(), key: makeServiceKey(type) }
  const other = { id: randomUUID(), key: makeServiceKey(type) }
  const alias = 'alias/makoto-test'
  let aliased = own
  const find = (keyId: string) => {
    if (keyId === alias || keyId === arnOf(alias)) return aliased
    const found = [own, other].find(({ id }) => keyId === id || keyId === arnOf(`key/${id}`))
    if (found === undefined) throw refuse('NotFoundException', 'no such key')
    return found
  }
  const answer = (request: LoopbackRequest): LoopbackReply => {
    if (!checkSignatureV4(request, { ...CREDENTIALS, region: REGION, service: 'kms' }))
      throw refuse('IncompleteSignatureException', 'the signature does not hold')
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/x-amz-json-1.1')
      throw refuse('UnknownOperationException', 'AWS JSON 1.1 is expected')
    const input: KmsInput = JSON.parse(request.body.toString())
    const { id, key } = find(input.KeyId ?? '')
    const KeyId = arnOf(`key/${id}`)
    switch (request.headers['x-amz-target']) {
      case 'TrentService.GetPublicKey':
        return reply({
          KeyId,
          PublicKey: key.spki.toString('base64'),
          KeyUsage: usage,
          SigningAlgorithms: [ALGORITHM[type]],
        })
      case 'TrentService.Sign':
        return reply({
          KeyId,
          Signature: signDigest(key, input).toString('base64'),
          SigningAlgorithm: input.SigningAlgorithm,
        })
      default:
        throw refuse('UnknownOperationException', 'no such operation')
    }
  }
  const { url, close } = await serveLoopback(answer)
  return {
    url,
    credentials: CREDENTIALS,
    region: REGION,
    keyId: own.id,
    arn: arnOf(`key/${own.id}`),
    alias,
    publicPem: own.key.publicPem,
    moveAlias: () => {
      aliased = other
    },
    close,
  }
}

interface KmsInput {
  readonly KeyId?: string
  readonly Message?: string
  readonly MessageType?: string
  readonly SigningAlgorithm?: string
}

function signDigest(key: ServiceKey, { Message = '', MessageType, SigningAlgorithm = '' }: KmsInput): Buffer {
  const digest = Buffer.from(Message, 'base64')
  if (
    MessageType !== 'DIGEST' ||
    SigningAlgorithm !== ALGORITHM[key.type] ||
    digest.length !== DIGEST_BYTES[SigningAlgorithm]
  )
    throw refuse('ValidationException', 'message, type and algorithm do not fit the key')
  return key.signDigestDer(digest)
}

const arnOf = (resource: string) => `arn:aws:kms:${REGION}:111122223333:${resource}`

const reply = (body: object): LoopbackReply => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
})

const refuse = (type: string, message: string) =>
  new Refusal({
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type },
    body: JSON.stringify({ __type: type, message }),
  })
