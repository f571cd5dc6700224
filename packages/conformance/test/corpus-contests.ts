import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parsePublicKey, parseTrustedRoot, type TrustedRoot } from '@makoto/core'
import { type Answer, type Contest, refused } from '../../core/test/fuzz/compare-verifiers.ts'
import { answerBy } from '../../core/test/fuzz/makoto-answer.ts'
import { openSigstoreVerifier } from '../../core/test/fuzz/sigstore-oracle.ts'
import { type Artifact, readArtifact } from '../src/artifact.ts'
import { readPublicGoodRoot } from '../src/public-good-root.ts'
import { describeError } from '../src/run-protocol.ts'
import { type ExpectedSigner, trustOf, verifyBundle } from '../src/verify-bundle.ts'
import { type CorpusCase, listCorpusCases } from './corpus-cases.ts'

/** A contest over a bundle of sigstore-conformance; `good` where the suite wants it verified. */
export type CorpusContest = Contest & Pick<CorpusCase, 'good'>

export const openCorpusContests = (): Promise<readonly CorpusContest[]> =>
  Promise.all(listCorpusCases().map(openContest))

async function openContest(found: CorpusCase): Promise<CorpusContest> {
  const { name, good, identity, issuer, key, trustedRoot } = found
  const [bytes, artifact] = [new Uint8Array(await readFile(found.bundle)), await readArtifact(found.artifact)]
  const root = trustedRoot === undefined ? readPublicGoodRoot() : new Uint8Array(await readFile(trustedRoot))
  const pem = key === undefined ? undefined : readFileSync(key, 'utf8')
  return {
    name,
    good,
    bytes,
    askMakoto: openMakotoVerifier(
      bytes,
      artifact,
      pem === undefined ? { identity, issuer } : { key: parsePublicKey(pem, { padding: 'pkcs1' }) },
      root,
    ),
    askSigstore: openSigstoreVerifier({
      trustedRoot: new TextDecoder().decode(root),
      logged: true,
      ...(artifact.bytes === undefined ? {} : { artifact: artifact.bytes }),
      ...(pem === undefined
        ? { policy: { subjectAlternativeName: anchorLiteral(identity), extensions: { issuer } } }
        : { publicKeyPem: pem }),
    }),
  }
}

/** They take the identity for a regular expression that may match a part of it. */
const anchorLiteral = (text: string) => `^${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`

/** By the file and by its digest alone, which must come to the same. */
function openMakotoVerifier(whole: Uint8Array, artifact: Artifact, signer: ExpectedSigner, root: Uint8Array) {
  const trusted = readRoot(root)
  if ('refusal' in trusted) return () => trusted
  const ask = (of: Artifact, bytes: Uint8Array) =>
    attempt(() => answerBy(verifyBundle(bytes, of, signer, trusted), bytes, whole, trustOf(signer, trusted)))
  return (bytes: Uint8Array): Answer => {
    const [byFile, byDigest] = [ask(artifact, bytes), ask({ sha256: artifact.sha256 }, bytes)]
    if ((byFile.refusal === undefined) === (byDigest.refusal === undefined)) return byFile
    throw new Error(`by file: ${byFile.refusal ?? 'verified'}; by digest: ${byDigest.refusal ?? 'verified'}`)
  }
}

function readRoot(root: Uint8Array): TrustedRoot | Answer {
  try {
    return parseTrustedRoot(root)
  } catch (error) {
    return refused(describeError(error))
  }
}

/** A refusal is an answer; what only a mistake of ours throws is not. */
function attempt(ask: () => Answer): Answer {
  try {
    return ask()
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error
    return refused(describeError(error))
  }
}
