import { createHmac, hash } from 'node:crypto'
import type { LoopbackRequest } from '../loopback.ts'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

interface Scope extends AwsCredentials {
  readonly region: string
  readonly service: string
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

/** Whether a request is signed with these credentials: AWS signature version 4, as the service computes it. */
export function checkSignatureV4(
  request: LoopbackRequest,
  { accessKeyId, secretAccessKey, region, service }: Scope,
): boolean {
  const [, keyId, day = '', stated, asked, signedHeaders = '', signature] =
    AUTHORIZATION.exec(request.headers.authorization ?? '') ?? []
  if (keyId !== accessKeyId || stated !== region || asked !== service) return false
  const time = String(request.headers['x-amz-date'])
  const names = signedHeaders.split(';')
  if (!['host', 'x-amz-date'].every((name) => names.includes(name))) return false
  const canonical = [
    request.method,
    ...request.target.split('?', 2).concat('').slice(0, 2),
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signedHeaders,
    hash('sha256', request.body, 'hex'),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, hash('sha256', canonical, 'hex')].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  )
  return createHmac('sha256', key).update(text).digest('hex') === signature
}
