import { createPublicKey } from 'node:crypto'
import {
  checkEvidence,
  decodeUtf8,
  encodeBase64,
  isMakotoError,
  parseSigstoreBundle,
  type Trust,
  verifyTimestamp,
} from '@makoto/core'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { mutate } from './mutate.ts'
import { createRandom } from './random.ts'
import type { SignedSeed } from './signed-seeds.ts'

/** What a verifier says of a bundle. */
export interface Answer {
  /** Why it is refused; undefined where it is accepted. */
  readonly refusal: string | undefined
  /** What is said of it beside: of tokens that do not hold, though another does. */
  readonly said: string
}

/** Our verifier, of bundles of any version, at a verified time, in a log where the seed is in one. */
export function askMakoto({ trust, logged, bytes: whole }: SignedSeed, bytes: Uint8Array): Answer {
  try {
    const { content, ...bundle } = parseSigstoreBundle(bytes)
    if (content.kind !== 'envelope') return refused('no envelope')
    const options = { at: new Date(), skewMs: 60_000, timestampThreshold: 1, logThreshold: logged ? 1 : 0 }
    const { signer, checks } = checkEvidence({ ...bundle, ...content }, trust, options)
    const fault = checks.find(({ code }) => code !== undefined)
    if (fault !== undefined) return refused(`${fault.code}: ${fault.detail}`)
    if (signer === undefined) return refused('nobody signed')
    const said = [...checks.map(({ detail }) => detail), ...describeTokens(bundle, whole, trust)]
    return { refusal: undefined, said: said.join('; ') }
  } catch (error) {
    if (isMakotoError(error)) return refused(`${error.code}: ${error.message}`)
    throw error
  }
}

function describeTokens(
  { timestamps, signature }: { timestamps: readonly Uint8Array[]; signature: Uint8Array },
  whole: Uint8Array,
  { timestampAuthorities }: Trust,
): string[] {
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

const refused = (refusal: string): Answer => ({ refusal, said: '' })

/** @sigstore/verify with the same trust; whatever it throws is a refusal. */
export function openSigstoreVerifier({ trustedRoot, publicKeyPem, logged }: SignedSeed): (bytes: Uint8Array) => Answer {
  const publicKey = createPublicKey(publicKeyPem)
  const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(trustedRoot)), () => ({
    publicKey,
    validFor: () => true,
  }))
  const verifier = new Verifier(material, { tlogThreshold: logged ? 1 : 0, timestampThreshold: 1 })
  return (bytes) => {
    try {
      verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(decodeUtf8(bytes)))))
      return { refusal: undefined, said: '' }
    } catch (error) {
      return refused(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    }
  }
}

/** A broken bundle about which the two do not agree. */
export interface Disagreement {
  readonly seed: string
  readonly round: number
  /** Who refuses it, and for what. */
  readonly by: 'makoto' | 'sigstore'
  readonly reason: string
  /** What the other says, who accepts it. */
  readonly said: string
  readonly bundle: string
}

export interface Comparison {
  readonly accepted: number
  readonly refused: number
  readonly disagreements: readonly Disagreement[]
}

/** Breaks a good bundle, so many times, and asks both. The first round is the whole one. */
export function compareVerifiers(seed: SignedSeed, rounds: number, number: number): Comparison {
  const random = createRandom(number)
  const askSigstore = openSigstoreVerifier(seed)
  const disagreements: Disagreement[] = []
  let [accepted, refused] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const bytes = round === 0 ? seed.bytes : mutate(seed.bytes, 'json', random)
    const [ours, theirs] = [askMakoto(seed, bytes), askSigstore(bytes)]
    if (ours.refusal === undefined && theirs.refusal === undefined) accepted++
    else if (ours.refusal !== undefined && theirs.refusal !== undefined) refused++
    else disagreements.push({ seed: seed.name, round, ...describe(ours, theirs), bundle: encodeBase64(bytes) })
  }
  return { accepted, refused, disagreements }
}

function describe(ours: Answer, theirs: Answer): Pick<Disagreement, 'by' | 'reason' | 'said'> {
  if (ours.refusal !== undefined) return { by: 'makoto', reason: ours.refusal, said: theirs.said }
  return { by: 'sigstore', reason: theirs.refusal ?? '', said: ours.said }
}

interface Explanation {
  readonly by: Disagreement['by']
  readonly reason: RegExp
  /** What has to be said by who accepts. */
  readonly said?: RegExp
}

/** Every way in which the two may differ. @see docs/decisions/0036 */
export const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  'a field, a type or a size that is not in the schema': { by: 'makoto', reason: /^bundle-invalid: bundle: / },
  'base64 in another form': { by: 'makoto', reason: /^(bundle|log)-invalid: .*not standard padded base64/ },
  'JSON that two readers read as two': { by: 'makoto', reason: /^bundle-invalid: the bundle is not readable JSON/ },
  'a proof that says other than its checkpoint': {
    by: 'makoto',
    reason: /^log-invalid: a proof for (another root|a tree of another size|another place)/,
  },
  'a number in another form': {
    by: 'makoto',
    reason: /^log-invalid: a (log index|tree size|integrated time) out of range/,
  },
  'a note or a body in another form': {
    by: 'makoto',
    reason:
      /^log-invalid: (a signature line|a note|a checkpoint|a tree size|the body of the log entry|an entry|a log entry)/,
  },
  'a token in another form': { by: 'makoto', reason: /^timestamp-invalid: (DER|timestamp): / },
  'a certificate in another form': {
    by: 'makoto',
    reason: /^certificate-untrusted: a certificate that cannot be read/,
  },
  'one token twice, which counts once': { by: 'sigstore', reason: /duplicate timestamp/, said: /a token twice/ },
  'a token altered in what nobody signed: the name beside the signature, certificates that are not needed': {
    by: 'sigstore',
    reason: /^/,
    said: /a token altered outside its signature/,
  },
  'a token that does not hold, beside a time that does': {
    by: 'sigstore',
    reason: /^/,
    said: /more that does not hold: /,
  },
}

export function explain({ by, reason, said }: Disagreement): string | undefined {
  const found = Object.entries(EXPLANATIONS).find(
    ([, explanation]) =>
      explanation.by === by && explanation.reason.test(reason) && (explanation.said ?? /^/).test(said),
  )
  return found?.[0]
}
