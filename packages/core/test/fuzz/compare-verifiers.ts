import { encodeBase64 } from '@makoto/core'
import { mutate } from './mutate.ts'
import { createRandom } from './random.ts'

/** What a verifier says of a bundle. */
export interface Answer {
  /** Why it is refused; undefined where it is accepted. */
  readonly refusal: string | undefined
  /** What is said of it beside: of tokens that do not hold, though another does. */
  readonly said: string
}

export const refused = (refusal: string): Answer => ({ refusal, said: '' })

/** A bundle, and two verifiers with the same trust that are asked about it. */
export interface Contest {
  readonly name: string
  readonly bytes: Uint8Array
  readonly askMakoto: (bytes: Uint8Array) => Answer
  readonly askSigstore: (bytes: Uint8Array) => Answer
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

/** Breaks a bundle, so many times, and asks both. The first round is the whole one. */
export function compareVerifiers(contest: Contest, rounds: number, number: number): Comparison {
  const { name, bytes: whole, askMakoto, askSigstore } = contest
  const random = createRandom(number)
  const disagreements: Disagreement[] = []
  let [accepted, refused] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const bytes = round === 0 ? whole : mutate(whole, 'json', random)
    const [ours, theirs] = [askMakoto(bytes), askSigstore(bytes)]
    if (ours.refusal === undefined && theirs.refusal === undefined) accepted++
    else if (ours.refusal !== undefined && theirs.refusal !== undefined) refused++
    else disagreements.push({ seed: name, round, ...describe(ours, theirs), bundle: encodeBase64(bytes) })
  }
  return { accepted, refused, disagreements }
}

function describe(ours: Answer, theirs: Answer): Pick<Disagreement, 'by' | 'reason' | 'said'> {
  if (ours.refusal !== undefined) return { by: 'makoto', reason: ours.refusal, said: theirs.said }
  return { by: 'sigstore', reason: theirs.refusal ?? '', said: ours.said }
}
