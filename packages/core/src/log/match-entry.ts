import { hashBytes } from '#platform'
import { encodeBase64, encodeUtf8, equalBytes } from '../encoding.ts'
import { pae } from '../envelope/pae.ts'
import { MakotoError } from '../errors.ts'
import type { EntryClaims, EntryDigest } from './entry-claims.ts'
import type { EntrySigner, SignedEntity } from './signed-entity.ts'

/**
 * Throws `log-mismatch` unless the entry is about this signature, this content and this signer. All three: an entry
 * of another signature over the same payload, or of the same signature under another certificate, says nothing of
 * the one at hand (CVE-2022-36056).
 */
export function matchEntry(claims: EntryClaims, signed: SignedEntity): void {
  if (!isSameSigner(claims.signer, signed)) throw mismatch('key or certificate')
  if (!isSameContent(claims, signed)) throw mismatch('payload')
  if (!isSameSignature(claims.signature, signed)) throw mismatch('signature')
}

function isSameSigner(logged: EntrySigner, signed: EntrySigner): boolean {
  if ('spki' in logged) return 'spki' in signed && equalBytes(logged.spki, signed.spki)
  return 'certificate' in signed && equalBytes(logged.certificate, signed.certificate)
}

function isSameContent({ digest, payload, payloadType }: EntryClaims, signed: SignedEntity): boolean {
  const found = digestOf(digest, signed)
  if (found === undefined || !equalBytes(found, digest.value)) return false
  if (payloadType !== undefined && !('payload' in signed && signed.payloadType === payloadType)) return false
  return payload === undefined || ('payload' in signed && equalBytes(signed.payload, payload))
}

/** Undefined where the entry digests something that this signature does not have: a payload of a bare message. */
function digestOf({ of, hash }: EntryDigest, signed: SignedEntity): Uint8Array | undefined {
  if (!('payload' in signed)) return of === 'signed' ? signed.digests[hash] : undefined
  return hashBytes(hash, of === 'payload' ? signed.payload : pae(signed.payloadType, signed.payload))
}

function isSameSignature(logged: EntryClaims['signature'], signed: SignedEntity): boolean {
  if ('bytes' in logged) return equalBytes(logged.bytes, signed.signature)
  return 'payload' in signed && equalBytes(hashBytes('sha256', serializeEnvelope(signed)), logged.envelopeSha256)
}

/**
 * `intoto 0.0.1` holds nothing of the signature but the hash of the envelope's JSON as it was sent. This is what
 * cosign and go-securesystemslib sent; an envelope that somebody serialised otherwise cannot be recognised.
 */
function serializeEnvelope(signed: { payloadType: string; payload: Uint8Array; signature: Uint8Array }): Uint8Array {
  const { payloadType, payload, signature } = signed
  const signatures = [{ keyid: '', sig: encodeBase64(signature) }]
  return encodeUtf8(JSON.stringify({ payloadType, payload: encodeBase64(payload), signatures }))
}

const mismatch = (what: string) => new MakotoError('log-mismatch', `the log entry is of another ${what}`)
