import {
  canonicalize,
  decodeUtf8,
  generateKey,
  type JsonObject,
  openStore,
  parsePublicKey,
  parseTimestampAuthorities,
  parseWitness,
  type VerifyDatasetOptions,
} from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { describe, expect, test } from 'vitest'
import { describeDemands } from '../src/describe-demands.ts'

const [one, two] = await Promise.all([generateKey(), generateKey()])
const [ours, theirs] = [parsePublicKey(one.publicKeyPem), parsePublicKey(two.publicKeyPem)]
const authority = await startTimestampAuthority()
await authority.close()
const timestampAuthorities = parseTimestampAuthorities(authority.rootPem)
const [clock] = timestampAuthorities
if (clock === undefined) throw new Error('the arrangement failed')
const witness = parseWitness(
  'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G',
)
const ever = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }
/** As a policy says it of what its files name with windows that do not meet. */
const never = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY }
const until = { start: Date.parse('2026-01-01'), end: Date.parse('2027-01-01') }
const root = { ...clock, kind: 'x509' as const, validFor: ever }
const log = { name: 'rekor', id: '00', key: theirs, validFor: ever }
const trust = { keys: [ours, theirs], timestampAuthorities }
const asked: VerifyDatasetOptions = { store: openStore('store'), trust, digest: {} }
const policy = { sources: [{ place: 'p.yaml', sha256: 'a' }], trust, signers: new Map(), rules: [] }
const memory = { recall: async () => [], remember: async () => {} }

const formOf = (document: JsonObject) => decodeUtf8(canonicalize(document))
const describeOf = (changes: Partial<VerifyDatasetOptions>) =>
  formOf(describeDemands({ required: 2 }, { ...asked, ...changes }))

/** What a caller can demand, and whom it can believe: each another demand than none of it. */
const DEMANDS: Readonly<Record<string, Partial<VerifyDatasetOptions>>> = {
  '--origins attested': { origins: 'attested' },
  '--accept-partial': { acceptReasons: ['deadline'] },
  '--expect-version': { expectVersion: 'a' },
  '--memory': { memory },
  '--max-age': { maxAgeMs: 1 },
  '--skew': { skewMs: 1 },
  '--rendering fail': { rendering: 'fail' },
  '--rendering-allow': { renderingAllow: ['zero-width'] },
  '--timestamps': { timestampThreshold: 2 },
  '--logs': { logThreshold: 1 },
  'a policy that asks for timestamps': { trust: { ...trust, timestampThreshold: 3 } },
  'a policy that asks for logs': { trust: { ...trust, logThreshold: 2 } },
  '--max-attestations': { limits: { maxNodes: 1 } },
  '--insecure-unlisted': { insecureUnlisted: true },
  '--as files': { digest: { as: 'files' } },
  '--strict': { digest: { strict: true } },
  '--symlinks inside': { digest: { symlinks: 'inside' } },
  '--policy': { policy },
  'another policy': { policy: { ...policy, sources: [{ place: 'p.yaml', sha256: 'b' }] } },
  'one key less': { trust: { ...trust, keys: [ours] } },
  'a key with other padding': { trust: { ...trust, keys: [ours, { ...theirs, algorithm: 'rsa-pkcs1' }] } },
  'a key with dates': { trust: { ...trust, keys: [ours, { ...theirs, validFor: until }] } },
  'a key that was revoked': { trust: { ...trust, keys: [ours, { ...theirs, revokedOn: 0 }] } },
  'a key that was always revoked': {
    trust: { ...trust, keys: [ours, { ...theirs, revokedOn: Number.NEGATIVE_INFINITY }] },
  },
  'no timestamp authority': { trust: { ...trust, timestampAuthorities: [] } },
  'a timestamp authority with dates': { trust: { ...trust, timestampAuthorities: [{ ...clock, validFor: until }] } },
  'a timestamp authority at no time': { trust: { ...trust, timestampAuthorities: [{ ...clock, validFor: never }] } },
  'a timestamp authority with its signer': {
    trust: { ...trust, timestampAuthorities: [{ ...clock, signers: [clock.root] }] },
  },
  '--identity': { trust: { ...trust, identities: [{ subject: 'a@b.example' }] } },
  '--issuer': { trust: { ...trust, identities: [{ subject: 'a@b.example', issuer: 'https://i.example' }] } },
  'an identity of one authority': {
    trust: { ...trust, identities: [{ subject: 'a@b.example', authorityIds: ['a'] }] },
  },
  '--ca': { trust: { ...trust, certificateAuthorities: [root] } },
  'a Fulcio': { trust: { ...trust, certificateAuthorities: [{ ...root, kind: 'fulcio' }] } },
  'an authority with an intermediate': {
    trust: { ...trust, certificateAuthorities: [{ ...root, intermediates: [clock.root] }] },
  },
  'a log': { trust: { ...trust, transparencyLogs: [log] } },
  'a log at no time': { trust: { ...trust, transparencyLogs: [{ ...log, validFor: never }] } },
  'a log with an origin': { trust: { ...trust, transparencyLogs: [{ ...log, origin: 'rekor.example' }] } },
  'a log of certificates': { trust: { ...trust, certificateLogs: [log] } },
  '--witness': { trust: { ...trust, witnesses: [witness] } },
  '--witnesses': { trust: { ...trust, witnessThreshold: 1 } },
}

describe('what a summary says was demanded', () => {
  test('differs for every demand', () => {
    const forms = new Map<string, string>([[describeOf({}), 'nothing']])
    for (const [demand, changes] of Object.entries(DEMANDS)) {
      const form = describeOf(changes)
      expect(`${demand} is like ${forms.get(form)}`).toBe(`${demand} is like undefined`)
      forms.set(form, demand)
    }
    expect(formOf(describeDemands({ required: 1 }, asked))).not.toBe(describeOf({}))
  })

  test('is one in whatever order, and however often, it is given', () => {
    expect(describeOf({ trust: { ...trust, keys: [theirs, ours, theirs] } })).toBe(describeOf({}))
    const [a, b] = ['deadline', 'events-dropped'] as const
    expect(describeOf({ acceptReasons: [a, b] })).toBe(describeOf({ acceptReasons: [b, a, b] }))
  })

  test('is one whoever asks, the policy or the command line, and the greater number where both do', () => {
    const asked = describeOf({ timestampThreshold: 3, logThreshold: 2 })
    expect(describeOf({ trust: { ...trust, timestampThreshold: 3, logThreshold: 2 } })).toBe(asked)
    expect(describeOf({ trust: { ...trust, timestampThreshold: 3, logThreshold: 1 }, logThreshold: 2 })).toBe(asked)
    expect(describeOf({ trust: { ...trust, timestampThreshold: 0, logThreshold: 0 } })).toBe(describeOf({}))
  })

  test('states the skew that counts, whether it was given or not', () => {
    expect(describeOf({ skewMs: 300_000 })).toBe(describeOf({}))
    expect(describeOf({})).toContain('"skewMs":300000')
  })

  test('names no place', () => {
    expect(describeOf({ policy })).not.toContain('p.yaml')
  })
})
