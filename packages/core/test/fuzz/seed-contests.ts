import { checkEvidence, isMakotoError, parseSigstoreBundle } from '@makoto/core'
import { type Answer, type Contest, refused } from './compare-verifiers.ts'
import { answerBy } from './makoto-answer.ts'
import { type SignedSeed, signSeeds } from './signed-seeds.ts'
import { openSigstoreVerifier } from './sigstore-oracle.ts'

/** The bundles of the testkit, one for each way to sign, stamp and log. */
export async function openSeedContests(): Promise<readonly Contest[]> {
  return (await signSeeds()).map((seed) => ({
    name: seed.name,
    bytes: seed.bytes,
    askMakoto: (bytes) => askMakoto(seed, bytes),
    askSigstore: openSigstoreVerifier(seed),
  }))
}

/** Our verifier, of bundles of any version, at a verified time, in a log where the seed is in one. */
function askMakoto({ trust, logged, bytes: whole }: SignedSeed, bytes: Uint8Array): Answer {
  try {
    const { content, ...bundle } = parseSigstoreBundle(bytes)
    if (content.kind !== 'envelope') return refused('no envelope')
    const asking = { ...trust, timestampThreshold: 1, logThreshold: logged ? 1 : 0 }
    const evidence = checkEvidence({ ...bundle, ...content }, asking, { at: new Date(), skewMs: 60_000 })
    return answerBy(evidence, bytes, whole, trust)
  } catch (error) {
    if (isMakotoError(error)) return refused(`${error.code}: ${error.message}`)
    throw error
  }
}
