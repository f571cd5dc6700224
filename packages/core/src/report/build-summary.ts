import { canonicalize, type JsonObject } from '../canonical-json.ts'
import { sha256Hex } from '../digest/sha256.ts'
import { encodeBase64 } from '../encoding.ts'
import { type SignOptions, signStatement } from '../envelope/index.ts'
import { MakotoError } from '../errors.ts'
import type { Signer } from '../key/signer.ts'
import {
  PREDICATE,
  STATEMENT_TYPE,
  type Statement,
  type SummaryPredicate,
  serializeStatement,
} from '../statement/index.ts'
import { checkCertifiedTime } from '../time/certificate-time.ts'
import type { Report } from '../verify/report.ts'

/** What the dataset was verified against, so that a reader of the summary can judge whether it is enough. */
export interface SummaryPolicy {
  readonly uri: string
  readonly document: JsonObject
}

export interface SummaryOptions extends SignOptions {
  readonly signer: Signer
  readonly policy: SummaryPolicy
  /** Programs and their versions, for `verifier.version`. */
  readonly version?: Readonly<Record<string, string>>
}

/** The role of a key that signs summaries: `verifier.id` names it, so that signer and verifier are one pair. */
const ROLE = '#verifier'

const levelName = (level: number) => `MAKOTO_L${level}`

/**
 * Signs what a verification found, proven or not, as a SLSA verification summary in a Sigstore bundle: the next
 * verifier can rely on it instead of reading the chain again. The level is the lowest of the chain.
 *
 * The report has to be one of a dataset that was asked for by its own name; what was accepted under any name would
 * get that name here.
 *
 * @see https://slsa.dev/spec/v1.1/verification_summary
 */
export async function signSummary(
  report: Report,
  { signer, timestamp, log, ...options }: SummaryOptions,
): Promise<Uint8Array> {
  const statement = buildSummary(report, { verifierId: `${signer.id}${ROLE}`, ...options })
  return signStatement(serializeStatement(statement), signer, {
    ...(timestamp === undefined ? {} : { timestamp: certifiedTimes(signer, timestamp) }),
    ...(log === undefined ? {} : { log }),
  })
}

/** A timestamp at which the signer's certificate did not hold is refused here, as it would be by every reader. */
function certifiedTimes({ certificate }: Signer, timestamp: NonNullable<SignOptions['timestamp']>): typeof timestamp {
  if (certificate === undefined) return timestamp
  return async (signature) => {
    const token = await timestamp(signature)
    if (token !== undefined) checkCertifiedTime(certificate, token)
    return token
  }
}

interface Stated extends Pick<SummaryOptions, 'policy' | 'version'> {
  readonly verifierId: string
}

/** The summary as a statement; `signSummary` signs it. */
export function buildSummary(report: Report, { verifierId, policy, version }: Stated): Statement<SummaryPredicate> {
  const { dataset, chain, verdict, level, verifiedOn, newestKnown, observedOrigins } = report
  if (dataset.member !== undefined)
    throw new MakotoError('options-invalid', 'A summary speaks of a whole dataset, and one file of it was verified.')
  const document = canonicalize(policy.document)
  const passed = verdict === 'PROVEN'
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: dataset.name, digest: { sha256: dataset.sha256 }, annotations: { kind: dataset.kind } }],
    predicateType: PREDICATE.summary,
    predicate: {
      verifier: { id: verifierId, ...(version === undefined ? {} : { version }) },
      timeVerified: verifiedOn,
      resourceUri: dataset.name,
      policy: {
        uri: policy.uri,
        digest: { sha256: sha256Hex(document) },
        mediaType: 'application/json',
        content: encodeBase64(document),
      },
      ...(chain.length === 0
        ? {}
        : {
            inputAttestations: chain.map(({ reference, bundle }) => ({ name: reference, digest: { sha256: bundle } })),
          }),
      verificationResult: passed ? 'PASSED' : 'FAILED',
      verifiedLevels: [passed ? levelName(level) : 'FAILED'],
      ...(passed ? { dependencyLevels: countLevels(report) } : {}),
      slsaVersion: '1.1',
      'https://makoto.dev/newest-known': newestKnown,
      'https://makoto.dev/observed-origins': observedOrigins,
    },
  }
}

/** How many attestations behind the dataset's own were proven at each level. */
function countLevels({ chain }: Report): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { level } of chain.slice(1)) counts.set(levelName(level), (counts.get(levelName(level)) ?? 0) + 1)
  return Object.fromEntries([...counts].sort())
}
