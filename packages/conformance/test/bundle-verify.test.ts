import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProtocol } from '../src/run-protocol.ts'
import { CASES_FOLDER, type CorpusCase, IDENTITY, ISSUER, listCorpusCases } from './corpus-cases.ts'

const cases = listCorpusCases()

function optionsOf({ bundle, key, identity, issuer, trustedRoot }: CorpusCase): readonly string[] {
  const by = ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer]
  const signer = key === undefined ? by : ['--key', key]
  return ['--bundle', bundle, ...signer, ...(trustedRoot === undefined ? [] : ['--trusted-root', trustedRoot])]
}

async function verify(options: readonly string[], artifact: string): Promise<string> {
  const said: string[] = []
  const exit = await runProtocol(['verify-bundle', ...options, artifact], (line) => said.push(line))
  return exit === 0 ? 'verified' : `refused: ${said.join(' ')}`
}

const digestOf = (path: string) => `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`

describe.skipIf(cases.length === 0)('cases of sigstore-conformance', () => {
  it('are there', () => expect(cases.length).toBeGreaterThan(40))

  for (const found of cases) {
    const { name, artifact, good } = found
    const expected = good ? /^verified$/ : /^refused: /
    it(`${name}, by file`, async () => expect(await verify(optionsOf(found), artifact)).toMatch(expected))
    it(`${name}, by digest`, async () => expect(await verify(optionsOf(found), digestOf(artifact))).toMatch(expected))
  }

  it('hold for the artifact, signer and issuer that were named, and no other', async () => {
    const found = cases.find(({ name }) => name === 'happy-path-v0.3-new-mediaType')
    const artifact = found?.artifact ?? ''
    const options = found === undefined ? [] : optionsOf(found)
    const other = (old: string, value: string) => options.map((option) => (option === old ? value : option))
    expect(await verify(options, artifact)).toBe('verified')
    expect(await verify(options, `${CASES_FOLDER}/README.md`)).toMatch(/^refused: /)
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
