import type * as Verification from '@makoto/core/verify'
import { beforeAll, expect, it } from 'vitest'
import { describeCorpus } from '../corpora.ts'
import { ACCEPTED, judge, P256, REFUSED } from '../envelope/cosign-cases.ts'
import { loadForBrowser } from './bundle-for-browser.ts'

describeCorpus("cosign's bundles in a browser's verifier", 'cosign', () => {
  let core: typeof Verification
  beforeAll(async () => {
    core = await loadForBrowser()
  })

  it.each(Object.entries(ACCEPTED))('accepts %s, and not under another key', (name, accepted) => {
    expect(judge(core, name, accepted)).toBe('accepted')
    expect(judge(core, name, { key: 'wrong.pub' })).toBe('signature')
  })

  it.each(Object.entries(REFUSED))('refuses %s: %s', (name, reason) => {
    expect(judge(core, name, P256)).toBe(reason)
  })

  it('refuses the wrong hash for P-384 and the wrong padding for RSA', () => {
    expect(judge(core, 'p384-256', { key: 'p384.pub' })).toBe('signature')
    expect(judge(core, 'rsa-256', { key: 'rsa.pub' })).toBe('signature')
  })

  it('refuses a good timestamp where its authority is not trusted', () => {
    expect(judge(core, 'good', { ...P256, trust: 'trusted-root-rekor.json' })).toBe('timestamp-untrusted')
  })
})
