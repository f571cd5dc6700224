import { X509Certificate } from 'node:crypto'
import {
  checkEvidence,
  type Evidence,
  equalBytes,
  type PublicKey,
  parseSigstoreBundle,
  type SignedMaterial,
  type SigstoreBundle,
  type Trust,
  type TrustedRoot,
} from '@makoto/core'
import type { Artifact } from './artifact.ts'
import { signsDigest, signsMessage } from './message-signature.ts'
import { namesSubject } from './statement-subject.ts'

export type ExpectedSigner = { readonly key: PublicKey } | { readonly identity: string; readonly issuer: string }

/**
 * Verifies a bundle as Sigstore's clients have to: of any version, over a message or over a statement about the
 * artifact, by the expected signer, at a verified time, in a trusted log. Throws with the reason; else the evidence.
 */
export function verifyBundle(
  bytes: Uint8Array,
  artifact: Artifact,
  signer: ExpectedSigner,
  root: TrustedRoot,
): Evidence {
  const bundle = parseSigstoreBundle(bytes)
  refuseRoots(bundle.intermediates)
  checkContent(bundle.content, artifact)
  const trust = { ...trustOf(signer, root), timestampThreshold: 1, logThreshold: 1 }
  const evidence = checkEvidence(materialOf(bundle, artifact), trust, { at: new Date(), skewMs: 60_000 })
  const refused = evidence.checks.find(({ code }) => code !== undefined)
  if (refused !== undefined) throw new Error(`${refused.code}: ${refused.detail}`)
  if (evidence.signer === undefined) throw new Error('nobody signed it')
  // The protocol's identity is literal; as a glob of ours it might say more.
  if ('identity' in signer && evidence.signer.id !== signer.identity) throw new Error('signed by somebody else')
  return evidence
}

export function trustOf(signer: ExpectedSigner, root: TrustedRoot): Trust {
  const { timestampAuthorities, transparencyLogs, certificateLogs, certificateAuthorities } = root
  const times = { timestampAuthorities, transparencyLogs }
  if ('key' in signer) return { ...times, keys: [signer.key] }
  const identities = [{ subject: signer.identity, issuer: signer.issuer }]
  return { ...times, keys: [], identities, certificateAuthorities, certificateLogs }
}

/** A root is the verifier's to bring. */
function refuseRoots(certificates: readonly Uint8Array[]): void {
  for (const der of certificates) {
    const { subject, issuer } = new X509Certificate(der)
    if (subject === issuer) throw new Error('the bundle brings a root certificate along')
  }
}

function checkContent(content: SigstoreBundle['content'], artifact: Artifact): void {
  if (content.kind === 'envelope') {
    if (!namesSubject(content, artifact.sha256)) throw new Error('the statement is not about this artifact')
  } else if (content.digest !== undefined) {
    const { algorithm, value } = content.digest
    if (algorithm !== 'SHA2_256') throw new Error(`a message digest by ${algorithm}`)
    if (!equalBytes(value, artifact.sha256)) throw new Error('the bundle is about another artifact')
  }
}

function materialOf({ content, ...bundle }: SigstoreBundle, artifact: Artifact): SignedMaterial {
  if (content.kind === 'envelope') return { ...bundle, payload: content.payload, payloadType: content.payloadType }
  const { bytes } = artifact
  const isSignedBy = (key: PublicKey) =>
    bytes === undefined
      ? signsDigest(key, artifact.sha256, bundle.signature)
      : signsMessage(key, bytes, bundle.signature)
  return { ...bundle, digests: { sha256: artifact.sha256 }, isSignedBy }
}
