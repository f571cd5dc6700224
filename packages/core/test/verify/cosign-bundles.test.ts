import { parsePublicKey, parseTimestampAuthorities, verifyBundle } from '@makoto/core'
import { expect, it } from 'vitest'
import { describeCorpus, readCorpus } from '../corpora.ts'

const verify = (name: string, key: string) =>
  verifyBundle(readCorpus(`cosign/${name}.sigstore.json`), {
    keys: [parsePublicKey(readCorpus(`cosign/${key}`))],
    timestampAuthorities: parseTimestampAuthorities(readCorpus('cosign/trusted-root-tsa.json')),
  })

/** The corpus is over a predicate type of nobody: it names no identity, so level 1 is what such a bundle proves. */
describeCorpus('verifyBundle on bundles of cosign’s corpus', 'cosign', () => {
  for (const [name, key] of [
    ['good', 'p256.pub'],
    ['plain', 'p256.pub'],
    ['multi-subject', 'p256.pub'],
    ['ed', 'ed.pub'],
    ['p384-384', 'p384.pub'],
    ['cosign-key', 'cosign.pub'],
    ['t-keyid', 'p256.pub'],
  ] as const)
    it(`accepts ${name}`, () => {
      expect(verify(name, key)).toMatchObject({ accepted: true, level: 1 })
    })

  for (const [name, code] of [
    ['t-payload', 'signature-invalid'],
    ['t-sig', 'signature-invalid'],
    ['t-two-sigs', 'bundle-malformed'],
    ['t-no-sigs', 'bundle-malformed'],
    ['t-ptype-signed', 'bundle-malformed'],
    ['t-nosubject', 'statement-invalid'],
    ['t-media99', 'bundle-malformed'],
    ['t-extra', 'bundle-malformed'],
    ['t-tsa-other-sig', 'timestamp-invalid'],
    ['t-tsa-sigbyte', 'timestamp-invalid'],
    ['t-stmt-type', 'statement-invalid'],
    ['t-upperhex', 'statement-invalid'],
    ['t-urlsafe', 'bundle-malformed'],
  ] as const)
    it(`refuses ${name}`, () => {
      const { accepted, checks } = verify(name, 'p256.pub')
      expect([accepted, checks.find((check) => check.code !== undefined)?.code]).toEqual([false, code])
    })
})
