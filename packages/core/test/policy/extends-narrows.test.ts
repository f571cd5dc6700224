import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { isMakotoError, POLICY_SCHEMA, type PolicyFiles, parsePublicKey, readPolicy } from '@makoto/core'
import { renderTrustedRoot, startTimestampAuthority, type TestTimestampAuthority } from '@makoto/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSigningAuthority } from '../trust/signing-authority.ts'

const HEAD = `schema: ${POLICY_SCHEMA}\n`
const ALL = `rules: [{ name: all, datasets: ['**'], level: 2 }]\n`

const files = (texts: Record<string, string>): PolicyFiles => ({
  resolve: (reference, from) => new URL(reference, `file:///${from}`).pathname.slice(1),
  read: async (place) => new TextEncoder().encode(texts[place]),
})

/** What `p.yaml` comes to, of files that each have a `trust` and what they extend. */
const compose = (texts: Record<string, string>, policies: Record<string, [trust: string, ...extended: string[]]>) => {
  const written = Object.entries(policies).map(([place, [trust, ...extended]]) => [
    place,
    `${HEAD}extends: [${extended.join(', ')}]\ntrust: { ${trust} }\n${place === 'p.yaml' ? ALL : ''}`,
  ])
  return readPolicy('p.yaml', files({ ...texts, ...Object.fromEntries(written) }))
}

const refusalOf = async (outcome: Promise<unknown>) => {
  const error = await outcome.catch((cause: unknown) => cause)
  if (!isMakotoError(error, 'policy-invalid')) throw error
  return error.message
}

type Window = readonly [start: string, end?: string]
const windowOf = ([start, end]: Window) => ({ start, ...(end === undefined ? {} : { end }) })
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const render = (parts: object) =>
  JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1', ...parts })
const [Y20, Y22, Y24, Y26] = ['2020', '2022', '2024', '2026'].map((year) => `${year}-01-01T00:00:00Z`) as [
  string,
  string,
  string,
  string,
]
const years = (validFor: { start: number; end: number }) =>
  [validFor.start, validFor.end].map((time) => (Number.isFinite(time) ? new Date(time).getUTCFullYear() : time))

describe('an authority that several files name', () => {
  const { root } = openSigningAuthority({ notBefore: new Date(0), notAfter: new Date(), root: { name: 'ours' } })
  const fulcio = (...windows: Window[]) =>
    render({
      certificateAuthorities: windows.map((window) => ({
        certChain: { certificates: [{ rawBytes: base64(root.der) }] },
        validFor: windowOf(window),
      })),
    })
  const trusted = async (base: Window[], child: Window[]) => {
    const { trust } = await compose(
      { 'base.json': fulcio(...base), 'child.json': fulcio(...child) },
      {
        'base.yaml': ['trustedRoots: [{ name: base, file: base.json }]'],
        'p.yaml': ['trustedRoots: [{ name: again, file: child.json }]', 'base.yaml'],
      },
    )
    return trust.certificateAuthorities?.map(({ validFor }) => years(validFor))
  }

  it('is trusted where all of them trust it', async () => {
    expect(await trusted([[Y20, Y24]], [[Y20]])).toEqual([[2020, 2024]])
    expect(await trusted([[Y22]], [[Y20, Y24]])).toEqual([[2022, 2024]])
    expect(await trusted([[Y20]], [[Y20]])).toEqual([[2020, Number.POSITIVE_INFINITY]])
  })

  it('is trusted in each window that one file lists', async () => {
    const both: Window[] = [
      [Y20, Y22],
      [Y24, Y26],
    ]
    expect(await trusted(both, [[Y20]])).toEqual([
      [2020, 2022],
      [2024, 2026],
    ])
  })

  it('is trusted at no time where they share none', async () => {
    const [window] = (await trusted([[Y20, Y22]], [[Y24, Y26]])) ?? []
    expect(window).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  })

  it('is refused with more windows than anybody needs', async () => {
    const many = (day: (i: number) => Window) => Array.from({ length: 64 }, (_, i) => day(i))
    const at = (day: number) => new Date(Date.UTC(2020, 0, day)).toISOString()
    const nested = trusted(
      many((i) => [at(1 + i), at(1000)]),
      many((i) => [at(1), at(500 + i)]),
    )
    expect(await refusalOf(nested)).toMatch(/more than 64/)
  })
})

describe('a log that several files name', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
  const logs = (window: Window, keyId = sha256(spki(publicKey))) => {
    const details = { rawBytes: base64(spki(publicKey)), keyDetails: 'PKIX_ECDSA_P256_SHA_256' }
    const log = { publicKey: { ...details, validFor: windowOf(window) }, logId: { keyId: base64(keyId) } }
    return render({ tlogs: [log], ctlogs: [log] })
  }

  it.each([
    ['its own id', undefined],
    ['another id', Buffer.alloc(32)],
  ])('is trusted where all of them trust its key, under %s', async (_what, keyId) => {
    const { trust } = await compose(
      { 'base.json': logs([Y20, Y24]), 'child.json': logs([Y20], keyId) },
      { 'base.yaml': ['trustedRoots: [base.json]'], 'p.yaml': ['trustedRoots: [child.json]', 'base.yaml'] },
    )
    for (const found of [trust.transparencyLogs, trust.certificateLogs])
      expect(new Set(found?.map(({ validFor }) => years(validFor).join()))).toEqual(new Set(['2020,2024']))
  })
})

describe('a timestamp authority that several files name', () => {
  let authority: TestTimestampAuthority
  beforeAll(async () => {
    authority = await startTimestampAuthority()
  })
  afterAll(() => authority.close())

  it('is limited to the signers that any of them lists, and to the windows of all', async () => {
    const listed = renderTrustedRoot({ timestampChainPem: authority.chainPem })
    const child = ['timestampAuthorities: [{ name: again, file: root.pem }]', 'base.yaml'] as const
    const texts = { 'base.json': listed, 'root.pem': authority.rootPem }
    const { trust } = await compose(texts, { 'base.yaml': ['trustedRoots: [base.json]'], 'p.yaml': [...child] })
    expect(trust.timestampAuthorities.map(({ signers }) => signers.length)).toEqual([1])
    expect(trust.timestampAuthorities.map(({ validFor }) => years(validFor))).toEqual([
      [2020, Number.POSITIVE_INFINITY],
    ])
  })
})

describe('witnesses', () => {
  const names = ['w1', 'w2', 'x1', 'x2', 'x3']
  const keys = Object.fromEntries(
    names.map((name) => [
      `${name}.pub`,
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ]),
  )
  const witnesses = (...named: string[]) =>
    `witnesses: [${named.map((name) => `{ name: ${name}, file: ${name}.pub }`).join(', ')}]`
  const base = `${witnesses('w1', 'w2')}, witnessThreshold: 2`

  it.each<[string, Parameters<typeof compose>[1]]>([
    ['by a file that extends its own', { 'base.yaml': [base], 'p.yaml': [witnesses('x1', 'x2'), 'base.yaml'] }],
    [
      'by a file that asks for more itself',
      { 'base.yaml': [base], 'p.yaml': [`${witnesses('x1', 'x2', 'x3')}, witnessThreshold: 3`, 'base.yaml'] },
    ],
    [
      'by one that is extended beside it',
      { 'first.yaml': [witnesses('x1', 'x2')], 'base.yaml': [base], 'p.yaml': ['', 'first.yaml', 'base.yaml'] },
    ],
  ])('do not answer for a threshold that does not know them, named %s', async (_what, policies) => {
    expect(await refusalOf(compose(keys, policies))).toMatch(/the witness x1 would count .* base\.yaml/)
  })

  it('answer for the threshold of a file that extends, however far, the one that names them', async () => {
    const { trust } = await compose(keys, {
      'far.yaml': [witnesses('w1')],
      'base.yaml': [witnesses('w2'), 'far.yaml'],
      'p.yaml': [`${witnesses('x1')}, witnessThreshold: 3`, 'base.yaml'],
    })
    expect(trust.witnessThreshold).toBe(3)
    expect(trust.witnesses?.map(({ key }) => key.id)).toEqual(
      ['w1', 'w2', 'x1'].map((name) => parsePublicKey(keys[`${name}.pub`] ?? '').id),
    )
  })
})
