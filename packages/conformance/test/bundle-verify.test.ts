import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProtocol } from '../src/run-protocol.ts'

const corpora = env.MAKOTO_CORPORA ?? fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))
const folder = `${corpora}/sigstore-conformance/bundle-verify`

/** What the suite takes where a case says nothing else: see its README. */
const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main'
const ISSUER = 'https://token.actions.githubusercontent.com'

const present = existsSync(folder)
if (!present) console.warn('skipped: sigstore-conformance is not under MAKOTO_CORPORA or ../shared/corpora')
const cases = present
  ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
  : []

function argumentsOf(name: string) {
  const file = (part: string) => `${folder}/${name}/${part}`
  const textOf = (part: string, otherwise: string) =>
    existsSync(file(part)) ? readFileSync(file(part), 'utf8').trim() : otherwise
  const identity = [
    '--certificate-identity',
    textOf('identity', IDENTITY),
    '--certificate-oidc-issuer',
    textOf('issuer', ISSUER),
  ]
  return {
    artifact: existsSync(file('artifact')) ? file('artifact') : `${folder}/a.txt`,
    options: [
      '--bundle',
      file('bundle.sigstore.json'),
      ...(existsSync(file('key.pub')) ? ['--key', file('key.pub')] : identity),
      ...(existsSync(file('trusted_root.json')) ? ['--trusted-root', file('trusted_root.json')] : []),
    ],
  }
}

async function verify(options: readonly string[], artifact: string): Promise<string> {
  const said: string[] = []
  const exit = await runProtocol(['verify-bundle', ...options, artifact], (line) => said.push(line))
  return exit === 0 ? 'verified' : `refused: ${said.join(' ')}`
}

const digestOf = (path: string) => `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`

describe.skipIf(!present)('cases of sigstore-conformance', () => {
  it('are there', () => expect(cases.length).toBeGreaterThan(40))

  for (const name of cases) {
    const { artifact, options } = argumentsOf(name)
    const expected = name.endsWith('_fail') ? /^refused: / : /^verified$/
    it(`${name}, by file`, async () => expect(await verify(options, artifact)).toMatch(expected))
    it(`${name}, by digest`, async () => expect(await verify(options, digestOf(artifact))).toMatch(expected))
  }

  it('hold for the artifact, signer and issuer that were named, and no other', async () => {
    const { artifact, options } = argumentsOf('happy-path-v0.3-new-mediaType')
    const other = (old: string, value: string) => options.map((option) => (option === old ? value : option))
    expect(await verify(options, artifact)).toBe('verified')
    expect(await verify(options, `${folder}/README.md`)).toMatch(/^refused: /)
    expect(await verify(other(IDENTITY, IDENTITY.slice(0, -1)), artifact)).toMatch(/^refused: identity-mismatch/)
    expect(await verify(other(IDENTITY, '**'), artifact)).toMatch(/^refused: /)
    expect(await verify(other(ISSUER, `${ISSUER}/`), artifact)).toMatch(/^refused: identity-mismatch/)
  })
})

describe('the protocol', () => {
  it.each([
    ['an unknown command', ['verify', 'x']],
    ['an unknown option', ['verify-bundle', '--nothing', 'x']],
    ['no artifact', ['verify-bundle', '--bundle', 'x']],
    ['no bundle', ['verify-bundle', 'x']],
    ['a signature without a token', ['sign-bundle', '--bundle', 'x', fileURLToPath(import.meta.url)]],
  ])('refuses %s', async (_, argv) => {
    expect(await runProtocol(argv, () => undefined)).toBe(1)
  })
})
