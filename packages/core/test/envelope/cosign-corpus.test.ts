import { hash } from 'node:crypto'
import {
  type Bundle,
  decodeBase64,
  isMakotoError,
  type KeyDeclaration,
  pae,
  parseBundle,
  parsePublicKey,
  parseStatement,
  parseTimestampAuthorities,
  verifySignature,
  verifyTimestamp,
} from '@makoto/core'
import { expect, it } from 'vitest'
import { describeCorpus, readCorpus } from '../corpora.ts'

type Case = { key: string; declaration?: KeyDeclaration; trust?: string; timestamp?: 'none' }

const P256: Case = { key: 'p256.pub' }

const ACCEPTED: Record<string, Case> = {
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

const REFUSED: Record<string, string> = {
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
function judge(name: string, { key, declaration, trust = 'trusted-root-tsa.json' }: Case): string {
  try {
    const bundle = parseBundle(readCorpus(`cosign/${name}.sigstore.json`))
    if (!isSigned(bundle, key, declaration)) return 'signature'
    const authorities = parseTimestampAuthorities(readCorpus(`cosign/${trust}`))
    for (const timestamp of bundle.timestamps) verifyTimestamp(timestamp, bundle.signature, authorities)
    return judgeStatement(bundle)
  } catch (error) {
    if (isMakotoError(error)) return error.code
    throw error
  }
}

function isSigned({ payload, payloadType, signature }: Bundle, key: string, declaration?: KeyDeclaration): boolean {
  return verifySignature(parsePublicKey(readCorpus(`cosign/${key}`), declaration), pae(payloadType, payload), signature)
}

function judgeStatement({ payload }: Bundle): string {
  const statement = parseStatement(payload)
  const found = hash('sha256', readCorpus('cosign/hello.txt'), 'hex')
  if (!statement.subject.some(({ digest }) => digest.sha256 === found)) return 'subject'
  return statement.predicateType === 'https://makoto.example/dataset/v1' ? 'accepted' : 'predicate type'
}

describeCorpus("cosign's bundles", 'cosign', () => {
  for (const [name, accepted] of Object.entries(ACCEPTED))
    it(`accepts ${name}`, () => {
      const { timestamps } = parseBundle(readCorpus(`cosign/${name}.sigstore.json`))
      expect(timestamps).toHaveLength(accepted.timestamp === 'none' ? 0 : 1)
      expect(judge(name, accepted)).toBe('accepted')
    })

  for (const [name, reason] of Object.entries(REFUSED))
    it(`refuses ${name}`, () => {
      expect(judge(name, P256)).toBe(reason)
    })

  it('refuses every accepted bundle under another key', () => {
    for (const name of Object.keys(ACCEPTED)) expect(judge(name, { key: 'wrong.pub' })).toBe('signature')
  })

  it('refuses the wrong hash for P-384 and the wrong padding for RSA', () => {
    expect(judge('p384-256', { key: 'p384.pub' })).toBe('signature')
    expect(judge('rsa-256', { key: 'rsa.pub' })).toBe('signature')
  })

  it('refuses a good timestamp where its authority is not trusted', () => {
    expect(judge('good', { ...P256, trust: 'trusted-root-rekor.json' })).toBe('timestamp-untrusted')
  })

  it('reads a log entry as a claim, and no time comes of it', () => {
    const { logEntries, timestamps } = parseBundle(readCorpus('cosign/rekor.sigstore.json'))
    expect(logEntries.map(({ kindVersion }) => kindVersion.kind)).toEqual(['hashedrekord'])
    expect(timestamps).toHaveLength(1)
  })

  it('names a key by the hint that cosign gives it', () => {
    const { signer } = parseBundle(readCorpus('cosign/cosign-key.sigstore.json'))
    expect(signer).toEqual({ kind: 'key', hint: parsePublicKey(readCorpus('cosign/cosign.pub')).hint })
    expect(decodeBase64(parsePublicKey(readCorpus('cosign/cosign.pub')).hint)).toHaveLength(32)
  })
})
