import { type KeyObject, sign, verify } from 'node:crypto'

export type Claims = Readonly<Record<string, unknown>>

/** A compact JWS: ES256 under an EC key, RS256 under an RSA key. @see RFC 7515 §3.1 */
export function signToken(claims: Claims, privateKey: KeyObject): string {
  const alg = privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256'
  const signed = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

/** The claims of a token that this key signed and that has not expired; else undefined. */
export function readToken(token: string, publicKey: KeyObject): Claims | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const signed = Buffer.from(`${header}.${payload}`)
  const bytes = Buffer.from(signature, 'base64url')
  if (!verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes)) return undefined
  const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return Number(claims.exp) * 1000 > Date.now() ? claims : undefined
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
