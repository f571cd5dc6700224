import * as core from '@makoto/core'
import { decodeBase64, parseBundle, parsePublicKey } from '@makoto/core'
import { expect, it } from 'vitest'
import { describeCorpus, readCorpus } from '../corpora.ts'
import { ACCEPTED, judge, P256, REFUSED } from './cosign-cases.ts'

describeCorpus("cosign's bundles", 'cosign', () => {
  for (const [name, accepted] of Object.entries(ACCEPTED))
    it(`accepts ${name}`, () => {
      const { timestamps } = parseBundle(readCorpus(`cosign/${name}.sigstore.json`))
      expect(timestamps).toHaveLength(accepted.timestamp === 'none' ? 0 : 1)
      expect(judge(core, name, accepted)).toBe('accepted')
    })

  for (const [name, reason] of Object.entries(REFUSED))
    it(`refuses ${name}`, () => {
      expect(judge(core, name, P256)).toBe(reason)
    })

  it('refuses every accepted bundle under another key', () => {
    for (const name of Object.keys(ACCEPTED)) expect(judge(core, name, { key: 'wrong.pub' })).toBe('signature')
  })

  it('refuses the wrong hash for P-384 and the wrong padding for RSA', () => {
    expect(judge(core, 'p384-256', { key: 'p384.pub' })).toBe('signature')
    expect(judge(core, 'rsa-256', { key: 'rsa.pub' })).toBe('signature')
  })

  it('refuses a good timestamp where its authority is not trusted', () => {
    expect(judge(core, 'good', { ...P256, trust: 'trusted-root-rekor.json' })).toBe('timestamp-untrusted')
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
