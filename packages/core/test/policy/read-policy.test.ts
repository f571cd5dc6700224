import { generateKeyPairSync } from 'node:crypto'
import { isMakotoError, POLICY_SCHEMA, type PolicyFiles, parsePublicKey, readPolicy } from '@makoto/core'
import { expect, it } from 'vitest'

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
