import { hash } from 'node:crypto'
import type * as Core from '@makoto/core/verify'
import { readCorpus } from '../corpora.ts'

/** The verifier under test: the one of this machine, or the one that a browser gets. */
export type Verifier = Pick<
  typeof Core,
  | 'isMakotoError'
  | 'pae'
  | 'parseBundle'
  | 'parsePublicKey'
  | 'parseStatement'
  | 'parseTimestampAuthorities'
  | 'verifySignature'
  | 'verifyTimestamp'
>

export type Case = { key: string; declaration?: Core.KeyDeclaration; trust?: string; timestamp?: 'none' }

export const P256: Case = { key: 'p256.pub' }

export const ACCEPTED: Record<string, Case> = {
  good: P256,
  plain: { ...P256, timestamp: 'none' },
  'multi-subject': P256,
  ed: { key: 'ed.pub' },
  'p384-256': { key: 'p384.pub', declaration: { hash: 'sha256' } },
  'p384-384': { key: 'p384.pub' },
  'rsa-256': { key: 'rsa.pub', declaration: { padding: 'pkcs1' } },
  'cosign-key': { key: 'cosign.pub', timestamp: 'none' },
  'cosign-made': { key: 'cs.pub', trust: 'trusted-root-rekor.json' },
  rekor: { key: 'cs.pub', trust: 'trusted-root-rekor.json' },
  't-keyid': P256,
}

export const REFUSED: Record<string, string> = {
  't-payload': 'signature',
  't-sig': 'signature',
  't-subject': 'subject',
  't-type': 'predicate type',
  't-two-sigs': 'bundle-invalid',
  't-no-sigs': 'bundle-invalid',
  't-ptype-signed': 'bundle-invalid',
  't-nosubject': 'statement-invalid',
  't-media99': 'bundle-invalid',
  't-extra': 'bundle-invalid',
  't-tsa-other-sig': 'timestamp-mismatch',
  't-tsa-sigbyte': 'timestamp-invalid',
  't-stmt-type': 'statement-invalid',
  't-upperhex': 'statement-invalid',
  't-urlsafe': 'bundle-invalid',
}

/** What a verifier asks of one bundle, in its order; `accepted`, or what it was refused for. */
export function judge(
  core: Verifier,
  name: string,
  { key, declaration, trust = 'trusted-root-tsa.json' }: Case,
): string {
  try {
    const bundle = core.parseBundle(readCorpus(`cosign/${name}.sigstore.json`))
    if (!isSigned(core, bundle, key, declaration)) return 'signature'
    const authorities = core.parseTimestampAuthorities(readCorpus(`cosign/${trust}`))
    for (const timestamp of bundle.timestamps) core.verifyTimestamp(timestamp, bundle.signature, authorities)
    return judgeStatement(core, bundle)
  } catch (error) {
    if (core.isMakotoError(error)) return error.code
    throw error
  }
}

function isSigned(
  core: Verifier,
  { payload, payloadType, signature }: Core.Bundle,
  key: string,
  declaration?: Core.KeyDeclaration,
): boolean {
  const trusted = core.parsePublicKey(readCorpus(`cosign/${key}`), declaration)
  return core.verifySignature(trusted, core.pae(payloadType, payload), signature)
}

function judgeStatement(core: Verifier, { payload }: Core.Bundle): string {
  const statement = core.parseStatement(payload)
  const found = hash('sha256', readCorpus('cosign/hello.txt'), 'hex')
  if (!statement.subject.some(({ digest }) => digest.sha256 === found)) return 'subject'
  return statement.predicateType === 'https://makoto.example/dataset/v1' ? 'accepted' : 'predicate type'
}
