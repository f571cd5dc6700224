import { createHash, generateKeyPairSync } from 'node:crypto'
import { isMakotoError, POLICY_SCHEMA, type PolicyFiles, parsePublicKey, readPolicy } from '@makoto/core'
import { describe, expect, it } from 'vitest'
import { openSigningAuthority } from '../trust/signing-authority.ts'

const newPem = (curve = 'P-256') =>
  generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ type: 'spki', format: 'pem' }).toString()
const SPARK = newPem()

function files(texts: Record<string, string>): PolicyFiles {
  return {
    resolve: (reference, from) => new URL(reference, `file:///${from}`).pathname.slice(1),
    read: async (place) => {
      const text = texts[place]
      if (text === undefined) throw new Error(`${place} is not there`)
      return new TextEncoder().encode(text)
    },
  }
}

const HEAD = `schema: ${POLICY_SCHEMA}\n`
const BASE = `${HEAD}
trust:
  keys: [{ name: spark, file: keys/spark.pub, validUntil: '2027-01-01T00:00:00Z' }]
signers:
  spark: { key: spark }
  release: { subject: 'https://github.com/acme/**', issuer: 'https://token.actions.githubusercontent.com' }
rules:
  - { name: all, datasets: ['**'], attestedBy: [spark, release], level: 2 }
`
const KEYS = { 'keys/spark.pub': SPARK }

const refusal = async (texts: Record<string, string>, place = 'p.yaml') => {
  const error = await readPolicy(place, files({ ...KEYS, ...texts })).catch((cause: unknown) => cause)
  if (!isMakotoError(error, 'policy-invalid')) throw error
  return error.message
}

it('reads keys with their windows, signers and rules', async () => {
  const policy = await readPolicy('p.yaml', files({ ...KEYS, 'p.yaml': BASE }))
  const { id } = parsePublicKey(SPARK)
  expect(policy.trust.keys).toMatchObject([
    { id, name: 'spark', validFor: { start: Number.NEGATIVE_INFINITY, end: Date.UTC(2027, 0, 1) } },
  ])
  expect(policy.signers.get('spark')).toEqual({ kind: 'key', id })
  expect(policy.trust.identities).toEqual([
    { subject: 'https://github.com/acme/**', issuer: 'https://token.actions.githubusercontent.com' },
  ])
  expect(policy.rules.map(({ name }) => name)).toEqual(['all'])
  expect(policy.sources[0]?.sha256).toMatch(/^[0-9a-f]{64}$/)
})

it('reads JSON as well', async () => {
  const document = { schema: POLICY_SCHEMA, rules: [{ name: 'all', datasets: ['**'], level: 1 }] }
  const policy = await readPolicy('p.json', files({ 'p.json': JSON.stringify(document) }))
  expect(policy.rules).toHaveLength(1)
})

it('composes what it extends, those first, each once', async () => {
  const policy = await readPolicy(
    'team/p.yaml',
    files({
      'base.yaml': BASE,
      'keys/spark.pub': SPARK,
      'mid.yaml': `${HEAD}extends: [base.yaml]\n`,
      'team/p.yaml': `${HEAD}extends: [../mid.yaml, ../base.yaml]\nrules: [{ name: fresh, datasets: ['s3://lake/**'], maxAge: 7d }]\n`,
    }),
  )
  expect(policy.sources.map(({ place }) => place)).toEqual(['base.yaml', 'mid.yaml', 'team/p.yaml'])
  expect(policy.rules.map(({ name }) => name)).toEqual(['all', 'fresh'])
})

it.each([
  [
    'a field that nobody enforces',
    `${BASE}    maxSize: 3\n`.replace('level: 2 }', 'level: 2, maxSize: 3 }').replace(/ {4}maxSize: 3\n$/, ''),
    /maxSize/,
  ],
  ['a schema that is another', BASE.replace('/v1', '/v2'), /schema/],
  ['no schema at all', 'rules: []\n', /schema/],
  ['no rules', HEAD, /no rules/],
  ['a key doubled', `${HEAD}rules: []\nrules: []\n`, /unique|Map keys/i],
  ['a number and its text as two names', `${HEAD}signers:\n  1: { subject: a }\n  "1": { subject: b }\n`, /unique/],
  ['a key doubled far below', `${HEAD}rules: [{ name: a, run: { reads: [], reads: [] } }]\n`, /unique/],
  ['an alias', `${HEAD}rules: &a [{ name: x, datasets: ['**'] }]\nextends: *a\n`, /not readable|alias/i],
  ['a signer that no rule can mean', BASE.replace('attestedBy: [spark, release]', 'attestedBy: [spakr]'), /spakr/],
  ['a signer whose key is not trusted', BASE.replace('{ key: spark }', '{ key: spork }'), /spork/],
  ['two rules of one name', `${BASE}  - { name: all, datasets: ['x'] }\n`, /two rules/],
  ['a rule for nothing', BASE.replace("['**']", '[]'), /datasets/],
  [
    'more reviewers than are named',
    BASE.replace('level: 2', 'reviewers: { count: 2, from: [spark, spark] }'),
    /reviewers/,
  ],
  ['a duration without unit', BASE.replace('level: 2', 'maxAge: 7'), /maxAge/],
  [
    'padding for a key that has none',
    BASE.replace('file: keys/spark.pub', 'file: keys/spark.pub, padding: pkcs1'),
    /padding/,
  ],
  ['a key file that is not there', BASE.replace('keys/spark.pub', 'keys/other.pub'), /other\.pub/],
  [
    'a key with an authority',
    BASE.replace('{ key: spark }', '{ key: spark, authority: ca }'),
    /a key has no authority/,
  ],
  [
    'an authority that nobody knows',
    BASE.replace('acme/**', "acme/**', authority: 'public"),
    /no authority is named public/,
  ],
  ['a key of two sources', BASE.replace('file: keys/spark.pub', 'file: keys/spark.pub, pem: x'), /either file or pem/],
])('refuses %s, and says where', async (_what, text, reason) => {
  const message = await refusal({ 'p.yaml': text })
  expect(message).toMatch(/^p\.yaml: /)
  expect(message).toMatch(reason)
})

it('refuses a key that is no text, which a reader could spell as another', async () => {
  expect(await refusal({ 'p.yaml': `${HEAD}signers:\n  ? [a, b]\n  : { key: spark }\n` })).toMatch(/p\.yaml/)
  expect(await refusal({ 'p.yaml': `${HEAD}signers:\n  ? { a: b }\n  : { key: spark }\n` })).toMatch(/strings/)
})

it('refuses policies that extend each other in a circle', async () => {
  const message = await refusal({ 'p.yaml': `${HEAD}extends: [q.yaml]\n`, 'q.yaml': `${HEAD}extends: [p.yaml]\n` })
  expect(message).toMatch(/extends itself/)
})

it('refuses more files than anybody needs', async () => {
  const deep = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`${i}.yaml`, `${HEAD}extends: ['${i + 1}.yaml']\n`]),
  )
  expect(await refusal(deep, '0.yaml')).toMatch(/deep/)
})

const authority = (name: string) =>
  openSigningAuthority({ notBefore: new Date(0), notAfter: new Date(), root: { name } })
const [own, other] = [authority('own'), authority('other')]
const idOf = ({ root }: typeof own) => createHash('sha256').update(root.der).digest('hex')
const rootOf = (...authorities: (typeof own)[]) =>
  JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: authorities.map(({ root }) => ({
      certChain: { certificates: [{ rawBytes: root.der.toString('base64') }] },
      validFor: { start: '2020-01-01T00:00:00Z' },
    })),
  })
const ALL = `rules: [{ name: all, datasets: ['**'], level: 2 }]\n`
const TEXTS = {
  'own.pem': own.pem,
  'other.pem': other.pem,
  'both.pem': own.pem + other.pem,
  'own.json': rootOf(own),
  'other.json': rootOf(other),
  'both.json': rootOf(own, other),
}

describe('a signer under a certificate', () => {
  const bound = async (trust: string, signer: string, more: Record<string, string> = {}) => {
    const text = `${HEAD}trust:\n${trust}\nsigners: { s: { ${signer} } }\n${ALL}`
    const policy = await readPolicy('p.yaml', files({ ...TEXTS, 'p.yaml': text, ...more }))
    const [identity] = policy.trust.identities ?? []
    expect(policy.signers.get('s')).toEqual({ kind: 'certificate', identity })
    return identity?.authorityIds
  }
  const cas = (...names: string[]) =>
    `  certificateAuthorities: [${names.map((name) => `{ name: ${name}, file: ${name}.pem }`).join(', ')}]`
  const KEYLESS = `subject: 'anna@acme.example', issuer: 'https://accounts.example'`

  it('is bound to the one authority that the policy trusts', async () => {
    expect(await bound(cas('own'), 'subject: a')).toEqual([idOf(own)])
    expect(await bound('  trustedRoots: [own.json]', KEYLESS)).toEqual([idOf(own)])
  })

  it('is bound to the authority that it names', async () => {
    expect(await bound(cas('own', 'other'), 'subject: a, authority: other')).toEqual([idOf(other)])
    const roots = '  trustedRoots: [own.json, { name: theirs, file: other.json }]'
    expect(await bound(roots, `${KEYLESS}, authority: theirs`)).toEqual([idOf(other)])
  })

  it('may be certified by every root of one file, which is one authority', async () => {
    const both = [idOf(own), idOf(other)].sort()
    expect(await bound(cas('both'), 'subject: a')).toEqual(both)
    expect(await bound('  trustedRoots: [both.json]', KEYLESS)).toEqual(both)
  })

  it('needs no word about authorities of the other kind, or one that is trusted twice', async () => {
    expect(await bound(`${cas('own')}\n  trustedRoots: [other.json]`, 'subject: a')).toEqual([idOf(own)])
    expect(await bound(`${cas('own')}\n  trustedRoots: [other.json]`, KEYLESS)).toEqual([idOf(other)])
    expect(await bound('  trustedRoots: [own.json, { name: again, file: own.json }]', KEYLESS)).toEqual([idOf(own)])
  })

  it.each([
    ['two could certify it', cas('own', 'other'), 'subject: a', /2 authorities could certify it/],
    ['two trusted roots could', '  trustedRoots: [own.json, other.json]', KEYLESS, /2 authorities could certify it/],
    ['it asks a company for an issuer', cas('own'), `${KEYLESS}, authority: own`, /own speaks for no issuer/],
    [
      'it asks a Fulcio for nobody’s word',
      '  trustedRoots: [{ name: own, file: own.json }]',
      'subject: a, authority: own',
      /without an issuer/,
    ],
    ['two authorities have one name', cas('own', 'own'), 'subject: a', /own is named twice/],
    [
      'a root and an authority have one name',
      `${cas('own')}\n  trustedRoots: [{ name: own, file: own.json }]`,
      'subject: a',
      /own is named twice/,
    ],
  ])('is refused where %s', async (_what, trust, signer, reason) => {
    const text = `${HEAD}trust:\n${trust}\nsigners: { s: { ${signer} } }\n${ALL}`
    expect(await refusal({ ...TEXTS, 'p.yaml': text })).toMatch(reason)
  })

  it('is not certified by what a policy adds that extends its own', async () => {
    const base = (signer: string) => `${HEAD}trust:\n${cas('own')}\nsigners: { s: { ${signer} } }\n${ALL}`
    const child = `${HEAD}extends: [base.yaml]\ntrust:\n${cas('other')}\n`
    const open = { ...TEXTS, 'base.yaml': base('subject: a'), 'p.yaml': child }
    expect(await refusal(open)).toMatch(/^base\.yaml: signer s: 2 authorities could certify it/)
    const policy = await readPolicy('p.yaml', files({ ...open, 'base.yaml': base('subject: a, authority: own') }))
    expect(policy.trust.identities).toEqual([{ subject: 'a', authorityIds: [idOf(own)] }])
    expect(policy.trust.certificateAuthorities).toHaveLength(2)
  })
})

describe('witnesses', () => {
  const VKEY = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'
  const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const texts = { 'w.pub': pem, 'p256.pub': SPARK }
  const policyOf = (trust: string, more = '') => `${HEAD}${more}trust: ${trust}\n${ALL}`

  it('are named by verifier key, or by name and key', async () => {
    const text = policyOf(
      `{ witnesses: [{ vkey: '${VKEY}' }, { name: w.example/1, file: w.pub }], witnessThreshold: 2 }`,
    )
    const { trust } = await readPolicy('p.yaml', files({ ...texts, 'p.yaml': text }))
    expect(trust.witnesses?.map(({ name }) => name)).toEqual(['witness.navigli.sunlight.geomys.org', 'w.example/1'])
    expect(trust.witnesses?.[1]?.key.id).toBe(parsePublicKey(pem).id)
    expect(trust.witnessThreshold).toBe(2)
  })

  it('are asked for as the file says that asks for most', async () => {
    const base = policyOf(`{ witnesses: [{ vkey: '${VKEY}' }, { name: w, file: w.pub }], witnessThreshold: 2 }`)
    const child = `${HEAD}extends: [base.yaml]\ntrust: { witnessThreshold: 1 }\n`
    const { trust } = await readPolicy('p.yaml', files({ ...texts, 'base.yaml': base, 'p.yaml': child }))
    expect(trust.witnessThreshold).toBe(2)
  })

  it.each([
    [
      'more are asked for than are named',
      `{ witnesses: [{ vkey: '${VKEY}' }], witnessThreshold: 2 }`,
      /2 witnesses are asked for, 1 /,
    ],
    ['none are asked for', `{ witnesses: [{ vkey: '${VKEY}' }], witnessThreshold: 0 }`, /witnessThreshold/],
    ['one is named twice', `{ witnesses: [{ name: a, file: w.pub }, { name: b, file: w.pub }] }`, /b has the key of a/],
    [
      'two have one name',
      `{ witnesses: [{ name: '${VKEY.split('+')[0]}', file: w.pub }, { vkey: '${VKEY}' }] }`,
      /named twice/,
    ],
    ['the key is none that witnesses have', '{ witnesses: [{ name: a, file: p256.pub }] }', /Ed25519/],
    ['a verifier key stands beside a name', `{ witnesses: [{ name: a, vkey: '${VKEY}' }] }`, /either vkey/],
    ['there is no name', '{ witnesses: [{ file: w.pub }] }', /either vkey/],
    ['there is no key', '{ witnesses: [{ name: a }] }', /either vkey/],
  ])('are refused where %s', async (_what, trust, reason) => {
    expect(await refusal({ ...texts, 'p.yaml': policyOf(trust) })).toMatch(reason)
  })
})
