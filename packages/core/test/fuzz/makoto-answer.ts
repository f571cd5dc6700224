import { type Evidence, encodeBase64, parseSigstoreBundle, type Trust, verifyTimestamp } from '@makoto/core'
import { type Answer, refused } from './compare-verifiers.ts'

/** What our verifier answers by the evidence that it found in `bytes`, which were `whole` before they were broken. */
export function answerBy({ signer, checks }: Evidence, bytes: Uint8Array, whole: Uint8Array, trust: Trust): Answer {
  const fault = checks.find(({ code }) => code !== undefined)
  if (fault !== undefined) return refused(`${fault.code}: ${fault.detail}`)
  if (signer === undefined) return refused('nobody signed')
  const said = [...checks.map(({ detail }) => detail), ...describeTokens(bytes, whole, trust)]
  return { refusal: undefined, said: said.join('; ') }
}

function describeTokens(bytes: Uint8Array, whole: Uint8Array, { timestampAuthorities }: Trust): string[] {
  const { timestamps, signature } = parseSigstoreBundle(bytes)
  const known = parseSigstoreBundle(whole).timestamps.map(encodeBase64)
  const holds = (token: Uint8Array) => {
    try {
      return verifyTimestamp(token, signature, timestampAuthorities).source === 'tsa'
    } catch {
      return false
    }
  }
  const altered = timestamps.some((token) => !known.includes(encodeBase64(token)) && holds(token))
  return [
    ...(new Set(timestamps.map(encodeBase64)).size < timestamps.length ? ['a token twice'] : []),
    ...(altered ? ['a token altered outside its signature'] : []),
  ]
}
