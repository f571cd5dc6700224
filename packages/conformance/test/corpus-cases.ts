import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'

const corpora = env.MAKOTO_CORPORA ?? fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))

export const CASES_FOLDER = `${corpora}/sigstore-conformance/bundle-verify`

/** What the suite takes where a case says nothing else: see its README. */
export const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main'
export const ISSUER = 'https://token.actions.githubusercontent.com'

/** One of the suite's bundles, with the paths of what belongs to it. */
export interface CorpusCase {
  readonly name: string
  /** Whether the suite wants it verified. */
  readonly good: boolean
  readonly bundle: string
  readonly artifact: string
  readonly identity: string
  readonly issuer: string
  /** In place of identity and issuer. */
  readonly key?: string
  /** Else the public instance's. */
  readonly trustedRoot?: string
}

/** None where the corpora are absent, which is said. */
export function listCorpusCases(): readonly CorpusCase[] {
  if (!existsSync(CASES_FOLDER)) {
    console.warn('skipped: sigstore-conformance is not under MAKOTO_CORPORA or ../shared/corpora')
    return []
  }
  return readdirSync(CASES_FOLDER, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? describeCase(entry.name) : [],
  )
}

function describeCase(name: string): CorpusCase {
  const find = (part: string) => {
    const path = `${CASES_FOLDER}/${name}/${part}`
    return existsSync(path) ? path : undefined
  }
  const read = (part: string, otherwise: string) => {
    const path = find(part)
    return path === undefined ? otherwise : readFileSync(path, 'utf8').trim()
  }
  const [key, trustedRoot] = [find('key.pub'), find('trusted_root.json')]
  return {
    name,
    good: !name.endsWith('_fail'),
    bundle: `${CASES_FOLDER}/${name}/bundle.sigstore.json`,
    artifact: find('artifact') ?? `${CASES_FOLDER}/a.txt`,
    identity: read('identity', IDENTITY),
    issuer: read('issuer', ISSUER),
    ...(key === undefined ? {} : { key }),
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
  }
}
