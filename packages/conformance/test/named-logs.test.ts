import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { POLICY_SCHEMA, parsePublicKey, parseTrustedRoot, readPolicy, type TrustedRoot } from '@makoto/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { readArtifact } from '../src/artifact.ts'
import { readPublicGoodRoot } from '../src/public-good-root.ts'
import { verifyBundle } from '../src/verify-bundle.ts'
import { type CorpusCase, listCorpusCases } from './corpus-cases.ts'

interface RootLog {
  readonly baseUrl: string
  readonly publicKey: {
    readonly rawBytes: string
    readonly validFor: { readonly start: string; readonly end?: string }
  }
  readonly logId: { readonly keyId: string }
}

/** As far as this room takes it apart. */
interface RootText {
  readonly tlogs: readonly RootLog[]
}

const rootTextOf = ({ trustedRoot }: CorpusCase): RootText =>
  JSON.parse(Buffer.from(trustedRoot === undefined ? readPublicGoodRoot() : readFileSync(trustedRoot)).toString())

const sha256 = (...parts: readonly (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const spkiOf = ({ publicKey }: RootLog) => Buffer.from(publicKey.rawBytes, 'base64')
const originOf = ({ baseUrl }: RootLog) => new URL(baseUrl).host
/** Rekor v1: it names itself by its key. */
const isFirst = (log: RootLog) => sha256(spkiOf(log)).equals(Buffer.from(log.logId.keyId, 'base64'))

const windowOf = ({ publicKey: { validFor } }: RootLog) => ({
  validFrom: validFor.start,
  ...(validFor.end ? { validUntil: validFor.end } : {}),
})

const pemOf = (log: RootLog) =>
  `-----BEGIN PUBLIC KEY-----\n${spkiOf(log).toString('base64')}\n-----END PUBLIC KEY-----\n`

/** By its key, and by its origin where it is not the key alone that names it. */
const byKey = (log: RootLog, i: number) => ({
  name: `log-${i}`,
  ...(isFirst(log) ? {} : { origin: originOf(log) }),
  pem: pemOf(log),
  ...windowOf(log),
})

/** By its verifier key, made here by the letter of c2sp.org/signed-note. */
function byVerifierKey(log: RootLog, i: number) {
  const [spki, name] = [spkiOf(log), originOf(log)]
  const [type, key] = isFirst(log) ? [2, spki] : [1, spki.subarray(-32)]
  const typed = Buffer.concat([Buffer.of(type), key])
  const id = isFirst(log) ? sha256(spki) : sha256(`${name}\n`, typed)
  const vkey = `${name}+${id.subarray(0, 4).toString('hex')}+${typed.toString('base64')}`
  return { name: `log-${i}`, vkey, ...windowOf(log) }
}

type Naming = (log: RootLog, i: number) => object

/** What a policy trusts that names the root without its logs, and these logs beside it. */
async function trustIn(root: RootText, name: Naming | undefined): Promise<TrustedRoot> {
  const policy = {
    schema: POLICY_SCHEMA,
    trust: { trustedRoots: ['root.json'], logs: name === undefined ? [] : root.tlogs.map(name) },
    rules: [{ name: 'all', datasets: ['**'] }],
  }
  const files: Record<string, object> = { 'policy.json': policy, 'root.json': { ...root, tlogs: [] } }
  const { trust } = await readPolicy('policy.json', {
    resolve: (reference) => reference,
    read: async (place) => new TextEncoder().encode(JSON.stringify(files[place])),
  })
  const { timestampAuthorities, certificateAuthorities = [], transparencyLogs = [], certificateLogs = [] } = trust
  return { timestampAuthorities, certificateAuthorities, transparencyLogs, certificateLogs }
}

async function verdictOf(found: CorpusCase, root: TrustedRoot): Promise<string> {
  const { bundle, artifact, key, identity, issuer } = found
  const signer = key === undefined ? { identity, issuer } : { key: parsePublicKey(readFileSync(key)) }
  try {
    verifyBundle(readFileSync(bundle), await readArtifact(artifact), signer, root)
    return 'verified'
  } catch (error) {
    const [code = ''] = String(error instanceof Error ? error.message : error).split(': ')
    return code
  }
}

const readable = ({ trustedRoot }: CorpusCase) =>
  trustedRoot === undefined || !trustedRoot.includes('missing-validity-start')
const cases = listCorpusCases().filter(readable)

describe.skipIf(cases.length === 0)('the logs of a trusted root, taken out of it and named in a policy', () => {
  it.each(cases)('give $name the same verdict', async (found) => {
    const root = rootTextOf(found)
    const whole = parseTrustedRoot(new TextEncoder().encode(JSON.stringify(root)))
    const verdict = await verdictOf(found, whole)
    expect(await verdictOf(found, await trustIn(root, byKey))).toBe(verdict)
    if (found.good) {
      expect(verdict).toBe('verified')
      expect(await verdictOf(found, await trustIn(root, undefined))).not.toBe('verified')
    }
  })

  const tell = ({ transparencyLogs }: TrustedRoot) =>
    transparencyLogs.map(({ id, key, validFor }) => ({ id, key: key.id, validFor }))

  it('have the ids that the trusted root gives them, by key and by verifier key', async () => {
    for (const found of cases) {
      const root = rootTextOf(found)
      const stated = tell(parseTrustedRoot(new TextEncoder().encode(JSON.stringify(root))))
      expect(tell(await trustIn(root, byKey))).toEqual(stated)
      expect(tell(await trustIn(root, byVerifierKey))).toEqual(stated)
    }
  })

  describe.each([
    ['happy-path-v0.3-new-mediaType', 'log-invalid'],
    ['rekor2-dsse-happy-path', 'log-missing'],
  ])('by verifier key, %s', (name, ofAnotherOrigin) => {
    let found: CorpusCase
    let root: RootText
    beforeAll(() => {
      const [match] = cases.filter((each) => each.name === name)
      if (match === undefined) throw new Error(`${name} is not in the corpus`)
      found = match
      root = rootTextOf(match)
    })

    it('is verified', async () => {
      expect(await verdictOf(found, await trustIn(root, byVerifierKey))).toBe('verified')
    })

    it('is refused where the key is of another origin', async () => {
      const elsewhere: Naming = (log, i) => byVerifierKey({ ...log, baseUrl: `https://other.${originOf(log)}` }, i)
      expect(await verdictOf(found, await trustIn(root, elsewhere))).toBe(ofAnotherOrigin)
    })

    it('is refused where its window is over', async () => {
      const over: Naming = (log, i) => ({ ...byKey(log, i), validUntil: '2021-06-01T00:00:00Z' })
      expect(await verdictOf(found, await trustIn(root, over))).toBe('log-missing')
    })
  })
})
