/** Object identifiers as the hex of their DER contents. */
export const OID = {
  /** 1.2.840.113549.1.7.2, RFC 5652 §5.1 */
  signedData: '2a864886f70d010702',
  /** 1.2.840.113549.1.9.16.1.4, RFC 3161 §2.4.2 */
  timestampInfo: '2a864886f70d0109100104',
  /** 1.2.840.113549.1.9.3 and .4, RFC 5652 §11 */
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  /** 1.2.840.113549.1.9.16.2.12 and .47, RFC 2634, RFC 5035 */
  signingCertificate: '2a864886f70d010910020c',
  signingCertificateV2: '2a864886f70d010910022f',
  /** 2.5.29.15, .19, .32, .37, RFC 5280 §4.2.1 */
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  certificatePolicies: '551d20',
  extendedKeyUsage: '551d25',
  /** 2.5.29.17 and .30, RFC 5280 §4.2.1 */
  subjectAltName: '551d11',
  nameConstraints: '551d1e',
  /** 1.3.6.1.5.5.7.3.8, RFC 3161 §2.3 */
  timeStamping: '2b06010505070308',
  /** 1.3.6.1.5.5.7.3.3, RFC 5280 §4.2.1.12 */
  codeSigning: '2b06010505070303',
  /** 1.3.6.1.4.1.57264.1.{1,7,8}: Fulcio's issuer as bare text, its otherName, its issuer as UTF8String. */
  fulcioIssuerText: '2b0601040183bf300101',
  fulcioUsername: '2b0601040183bf300107',
  fulcioIssuer: '2b0601040183bf300108',
} as const

export type TimestampHash = 'sha256' | 'sha384' | 'sha512'

/** 2.16.840.1.101.3.4.2.{1,2,3}. SHA-1 is not here, so that nothing can ask for it. */
export const HASH_OID: Readonly<Record<string, TimestampHash>> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
}

export const SHA256_OID = '608648016503040201'

export interface SignatureScheme {
  readonly keyType: 'rsa' | 'ec'
  /** Undefined: the digest algorithm beside it (RFC 8017's rsaEncryption, as OpenSSL writes it). */
  readonly hash: TimestampHash | undefined
}

/** RSA PKCS#1 v1.5 (1.2.840.113549.1.1.{1,11,12,13}) and ECDSA (1.2.840.10045.4.3.{2,3,4}). */
export const SIGNATURE_OID: Readonly<Record<string, SignatureScheme>> = {
  '2a864886f70d010101': { keyType: 'rsa', hash: undefined },
  '2a864886f70d01010b': { keyType: 'rsa', hash: 'sha256' },
  '2a864886f70d01010c': { keyType: 'rsa', hash: 'sha384' },
  '2a864886f70d01010d': { keyType: 'rsa', hash: 'sha512' },
  '2a8648ce3d040302': { keyType: 'ec', hash: 'sha256' },
  '2a8648ce3d040303': { keyType: 'ec', hash: 'sha384' },
  '2a8648ce3d040304': { keyType: 'ec', hash: 'sha512' },
}
