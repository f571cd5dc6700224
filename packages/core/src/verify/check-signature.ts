import { type Bundle, pae } from '../envelope/index.ts'
import { type PublicKey, verifySignature } from '../key/index.ts'
import { passed, refuted } from './check.ts'
import type { Check } from './report.ts'

/**
 * Verifies the bundle's one signature under the caller's keys. The hint only says which of them to try
 * first; a bundle cannot bring a key along.
 *
 * @see L2.P.1, L2.P.2, L2.P.4, L2.V.1–V.4
 */
export function checkSignature(
  { payload, payloadType, signature, signer }: Bundle,
  keys: readonly PublicKey[],
): { key?: PublicKey; checks: Check[] } {
  if (signer.kind === 'certificate') return untrusted('it is signed under a certificate; this version verifies keys')
  const named = keys.filter((key) => key.hint === signer.hint)
  const candidates = named.length > 0 ? named : keys
  const signed = pae(payloadType, payload)
  const key = candidates.find((candidate) => verifySignature(candidate, signed, signature))
  if (key !== undefined)
    return {
      key,
      checks: [
        passed('signature', 'signature', `${key.algorithm} over ${payload.length} bytes of statement`),
        passed('key', 'key', `${key.id}, one of yours`),
      ],
    }
  if (named.length === 0) return untrusted('it is signed by none of your keys')
  return { checks: [refuted('signature', 'signature-invalid', 'signature', `does not hold under ${named[0]?.id}`)] }
}

function untrusted(detail: string): { checks: Check[] } {
  return { checks: [refuted('key', 'key-untrusted', 'key', detail)] }
}
