import { generateKeyPairSync } from 'node:crypto'
import { isMakotoError, POLICY_SCHEMA, type PolicyFiles, readPolicy, type Trust } from '@makoto/core'
import { createTransparencyLog } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { openSigningAuthority } from '../trust/signing-authority.ts'

type Policies = Record<string, readonly [trust: string, ...extended: string[]]>

const spkiPem = (kind: 'ed25519' | 'P-256') =>
  (kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: kind })).publicKey
    .export({ type: 'spki', format: 'pem' })
    .toString()
/** A root is what a timestamp authority is known by; nobody stamps anything here. */
const rootPem = (name: string) =>
  openSigningAuthority({ notBefore: new Date(0), notAfter: new Date(), root: { name } }).pem
const rootJson = (...logs: ReturnType<typeof createTransparencyLog>[]) =>
  JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: logs.map(({ trustedRootEntry }) => trustedRootEntry),
  })

const NAMES = ['a', 'b', 'x', 'y', 'z']
const [logged, added] = [createTransparencyLog(), createTransparencyLog({ origin: 'added.example' })]
const TEXTS: Record<string, string> = {
  ...Object.fromEntries(NAMES.map((name) => [`${name}.pem`, rootPem(name)])),
  ...Object.fromEntries(NAMES.map((name) => [`${name}.pub`, spkiPem('P-256')])),
  'notes.pub': spkiPem('ed25519'),
  'old.json': rootJson(logged),
  'new.json': rootJson(logged, added),
}

const files = (texts: Record<string, string>): PolicyFiles => ({
  resolve: (reference) => reference,
  read: async (place) => new TextEncoder().encode(texts[place]),
})

const compose = async (policies: Policies): Promise<Trust> => {
  const written = Object.entries(policies).map(([place, [trust, ...extended]]) => [
    place,
    `schema: ${POLICY_SCHEMA}\nextends: [${extended.join(', ')}]\ntrust: { ${trust} }\n${
      place === 'p.yaml' ? `rules: [{ name: all, datasets: ['**'], level: 2 }]\n` : ''
    }`,
  ])
  return (await readPolicy('p.yaml', files({ ...TEXTS, ...Object.fromEntries(written) }))).trust
}

const refusalOf = async (policies: Policies): Promise<string> => {
  const error = await compose(policies).catch((cause: unknown) => cause)
  if (!isMakotoError(error, 'policy-invalid')) throw error
  return error.message
}

const tsas = (...names: string[]) =>
  `timestampAuthorities: [${names.map((name) => `{ name: ${name}, file: ${name}.pem }`).join(', ')}]`
const logs = (...names: string[]) =>
  `logs: [${names.map((name) => `{ name: log-${name}, file: ${name}.pub }`).join(', ')}]`

const KINDS = [
  ['timestampThreshold', tsas, /the timestamp authority \S*x would count .* base\.yaml/],
  ['logThreshold', logs, /the log log-x would count .* base\.yaml/],
] as const

describe.each(KINDS)('a %s', (threshold, name, stranger) => {
  const base = `${name('a', 'b')}, ${threshold}: 2`

  it('is none where nobody states it, and else the highest of all files', async () => {
    expect(await compose({ 'p.yaml': [name('a')] })).toMatchObject({ timestampThreshold: 0, logThreshold: 0 })
    const stricter = { 'base.yaml': [base], 'p.yaml': [`${threshold}: 1`, 'base.yaml'] } as const
    expect(await compose(stricter)).toMatchObject({ [threshold]: 2 })
    const raised = {
      'base.yaml': [`${name('a', 'b')}, ${threshold}: 1`],
      'p.yaml': [`${threshold}: 2`, 'base.yaml'],
    } as const
    expect(await compose(raised)).toMatchObject({ [threshold]: 2 })
  })

  it('is refused where it asks for more than are named, for none, or for part of one', async () => {
    expect(await refusalOf({ 'p.yaml': [`${name('a')}, ${threshold}: 2`] })).toMatch(/2 .* are asked for, 1 are named/)
    for (const count of ['0', '1.5', '100', '-1'])
      expect(await refusalOf({ 'p.yaml': [`${name('a')}, ${threshold}: ${count}`] })).toContain(threshold)
  })

  it.each<[string, Policies]>([
    ['by a file that extends its own', { 'base.yaml': [base], 'p.yaml': [name('x'), 'base.yaml'] }],
    [
      'by a file that asks for more itself',
      { 'base.yaml': [base], 'p.yaml': [`${name('x', 'y', 'z')}, ${threshold}: 3`, 'base.yaml'] },
    ],
    [
      'by one that is extended beside it',
      { 'first.yaml': [name('x')], 'base.yaml': [base], 'p.yaml': ['', 'first.yaml', 'base.yaml'] },
    ],
  ])('counts nobody whom its file does not know, named %s', async (_what, policies) => {
    expect(await refusalOf(policies)).toMatch(stranger)
  })

  it('counts those that its file extends, however far, and those that another file names again', async () => {
    const policies = {
      'far.yaml': [name('a')],
      'base.yaml': [`${name('b')}, ${threshold}: 2`, 'far.yaml'],
      'p.yaml': [name('a').replace(/name: (log-)?a/, 'name: again'), 'base.yaml'],
    } as const
    expect(await compose(policies)).toMatchObject({ [threshold]: 2 })
  })
})

describe('a threshold of timestamps', () => {
  const base = `${tsas('a')}, timestampThreshold: 1`

  it('counts no log that its file does not know: it might promise a time', async () => {
    expect(await refusalOf({ 'base.yaml': [base], 'p.yaml': [logs('x'), 'base.yaml'] })).toMatch(/the log log-x would/)
    expect(await compose({ 'p.yaml': [`${tsas('a')}, ${logs('x')}, timestampThreshold: 2`] })).toMatchObject({
      timestampThreshold: 2,
    })
  })

  it('says nothing of who may be added where there is none, nor does one of logs of authorities', async () => {
    const unasked = { 'base.yaml': [tsas('a')], 'p.yaml': [`${tsas('x')}, ${logs('x')}`, 'base.yaml'] } as const
    expect((await compose(unasked)).timestampAuthorities).toHaveLength(2)
    const logged = { 'base.yaml': [`${logs('a')}, logThreshold: 1`], 'p.yaml': [tsas('x'), 'base.yaml'] } as const
    expect(await compose(logged)).toMatchObject({ logThreshold: 1 })
  })
})

describe('a threshold of logs', () => {
  const root = (file: string, name: string) => `trustedRoots: [{ name: ${name}, file: ${file} }]`

  it('knows the logs of a trusted root, and counts none that a newer one adds', async () => {
    const base = `${root('old.json', 'old')}, logThreshold: 1`
    const again = { 'base.yaml': [base], 'p.yaml': [root('old.json', 'again'), 'base.yaml'] } as const
    expect(await compose(again)).toMatchObject({ logThreshold: 1 })
    const newer = { 'base.yaml': [base], 'p.yaml': [root('new.json', 'new'), 'base.yaml'] } as const
    expect(await refusalOf(newer)).toMatch(/^p\.yaml: the log added\.example would count .* base\.yaml/)
  })

  it('counts a log that goes by two origins once, and knows it by each', async () => {
    const under = (...origins: string[]) =>
      `logs: [${origins.map((origin) => `{ name: ${origin}, origin: ${origin}, file: notes.pub }`).join(', ')}]`
    expect(await refusalOf({ 'p.yaml': [`${under('one', 'two')}, logThreshold: 2`] })).toMatch(/2 logs .*, 1 are named/)
    const added = { 'base.yaml': [`${under('one')}, logThreshold: 1`], 'p.yaml': [under('two'), 'base.yaml'] } as const
    expect(await refusalOf(added)).toMatch(/the log two would count .* base\.yaml/)
  })
})

it('of two entries with one name the second is refused, of authorities as of logs', async () => {
  expect(await refusalOf({ 'p.yaml': [tsas('a', 'a')] })).toMatch(/a is named twice/)
  expect(await refusalOf({ 'base.yaml': [logs('a')], 'p.yaml': [logs('a'), 'base.yaml'] })).toMatch(/named twice/)
})
