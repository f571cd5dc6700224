import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { isMakotoError, POLICY_SCHEMA, type PolicyFiles, readPolicy, type TrustedLog } from '@makoto/core'
import { describe, expect, it } from 'vitest'

const derOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const sha256 = (...parts: readonly (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const ed25519 = generateKeyPairSync('ed25519').publicKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const typed = Buffer.concat([Buffer.of(1), derOf(ed25519).subarray(-32)])
const noteId = (origin: string) => sha256(`${origin}\n`, typed)
const VKEY = `log.example+${noteId('log.example').subarray(0, 4).toString('hex')}+${typed.toString('base64')}`
const WITNESS = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'

const rootOf = (key: KeyObject, keyDetails: string, { id = sha256(derOf(key)), end = '2024-01-01T00:00:00Z' } = {}) => {
  const rawBytes = derOf(key).toString('base64')
  const validFor = { start: '2020-01-01T00:00:00Z', end }
  const log = { publicKey: { rawBytes, keyDetails, validFor }, logId: { keyId: id.toString('base64') } }
  const baseUrl = 'https://log.example'
  const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1'
  return JSON.stringify({ mediaType, tlogs: [{ ...log, baseUrl }] })
}

const TEXTS = {
  'p256.pub': pemOf(p256),
  'ed25519.pub': pemOf(ed25519),
  'rsa.pub': pemOf(rsa),
  'p256.json': rootOf(p256, 'PKIX_ECDSA_P256_SHA_256'),
  'ed25519.json': rootOf(ed25519, 'PKIX_ED25519', { id: noteId('log.example') }),
}

const files = (texts: Record<string, string>): PolicyFiles => ({
  resolve: (reference) => reference,
  read: async (place) => new TextEncoder().encode(texts[place]),
})

const compose = async (trust: string): Promise<readonly TrustedLog[]> => {
  const text = `schema: ${POLICY_SCHEMA}\ntrust: { ${trust} }\nrules: [{ name: all, datasets: ['**'], level: 2 }]\n`
  const policy = await readPolicy('p.yaml', files({ ...TEXTS, 'p.yaml': text }))
  return policy.trust.transparencyLogs ?? []
}

const refusalOf = async (trust: string): Promise<string> => {
  const error = await compose(trust).catch((cause: unknown) => cause)
  if (!isMakotoError(error, 'policy-invalid')) throw error
  return error.message
}

const years = ({ validFor }: TrustedLog) =>
  [validFor.start, validFor.end].map((time) => (Number.isFinite(time) ? new Date(time).getUTCFullYear() : time))

describe('a log that a policy names', () => {
  it.each([
    ['by its key', 'file: p256.pub', { id: sha256(derOf(p256)).toString('hex') }],
    ['by its verifier key', `vkey: '${VKEY}'`, { id: noteId('log.example').toString('hex'), origin: 'log.example' }],
    [
      'by its origin and its key',
      'origin: log.example, file: ed25519.pub',
      { id: noteId('log.example').toString('hex'), origin: 'log.example' },
    ],
    ['by an RSA key with its padding', 'file: rsa.pub, padding: pkcs1', { key: { algorithm: 'rsa-pkcs1' } }],
  ])('is trusted %s', async (_how, entry, expected) => {
    expect(await compose(`logs: [{ name: ours, ${entry} }]`)).toMatchObject([{ name: 'ours', ...expected }])
  })

  it('is trusted within the window that is stated, and always where none is', async () => {
    const within = (window: string) => compose(`logs: [{ name: ours, file: p256.pub${window} }]`)
    expect((await within('')).map(years)).toEqual([[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]])
    const stated = `, validFrom: '2022-01-01T00:00:00Z', validUntil: '2023-01-01T00:00:00Z'`
    expect((await within(stated)).map(years)).toEqual([[2022, 2023]])
  })

  it.each([
    ['by a verifier key and a file', `{ name: a, vkey: '${VKEY}', file: ed25519.pub }`, /either vkey/],
    ['by a verifier key and an origin', `{ name: a, vkey: '${VKEY}', origin: log.example }`, /either vkey/],
    ['by a verifier key and a padding', `{ name: a, vkey: '${VKEY}', padding: pkcs1 }`, /either vkey/],
    ['by nothing', '{ name: a }', /either vkey/],
    ['by an origin alone', '{ name: a, origin: log.example }', /either vkey/],
    ['by two keys', '{ name: a, file: p256.pub, pem: x }', /either vkey/],
    ['without a name', '{ file: p256.pub }', /name/],
    ['with a field that nobody enforces', '{ name: a, file: p256.pub, url: x }', /url/],
    ['by an origin that no note has', `{ name: a, origin: 'a b', file: ed25519.pub }`, /origin/],
    ['by the verifier key of a witness', `{ name: a, vkey: '${WITNESS}' }`, /p\.yaml: log a: .*another kind/],
    ['by a verifier key of another name', `{ name: a, vkey: '${VKEY.replace('log', 'dog')}' }`, /another name or key/],
    ['by an Ed25519 key without origin', '{ name: a, file: ed25519.pub }', /what is its origin/],
    ['by an RSA key with an origin', '{ name: a, origin: log.example, file: rsa.pub }', /RSA/],
    ['with a padding that its key has not', '{ name: a, file: p256.pub, padding: pss }', /padding is for RSA/],
    ['twice by one name', `{ name: a, file: p256.pub }, { name: a, vkey: '${VKEY}' }`, /a is named twice/],
  ])('is refused %s', async (_how, logs, reason) => {
    expect(await refusalOf(`logs: [${logs}]`)).toMatch(reason)
  })
})

describe('a log that a policy and a trusted root name', () => {
  it.each([
    ['p256.json', 'file: p256.pub'],
    ['ed25519.json', `vkey: '${VKEY}'`],
  ])('is one, and trusted where both trust it: %s', async (root, entry) => {
    const logs = await compose(
      `trustedRoots: [${root}], logs: [{ name: a, ${entry}, validFrom: '2022-01-01T00:00:00Z' }]`,
    )
    expect(logs.map(years)).toEqual([[2022, 2024]])
  })

  it('is trusted under the origin that one of them states, and no other', async () => {
    const stated = `{ name: a, origin: log.example, file: p256.pub }`
    for (const trust of [
      `trustedRoots: [p256.json], logs: [${stated}]`,
      `logs: [{ name: b, file: p256.pub }, ${stated}]`,
      `logs: [${stated}, { name: b, file: p256.pub }]`,
    ])
      expect((await compose(trust)).map(({ origin }) => origin)).toEqual(['log.example'])
  })

  it('is trusted at no time where they state two', async () => {
    const logs = await compose(
      'logs: [{ name: a, origin: log.example, file: p256.pub }, { name: b, origin: other.example, file: p256.pub }]',
    )
    expect(logs.map(years)).toEqual([[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]])
  })
})
