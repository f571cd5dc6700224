import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  checkManifestPath,
  digestManifest,
  findPathClashes,
  isLeftOut,
  manifestLeaves,
  parseManifest,
  renderManifest,
} from '../../src/digest/index.ts'
import { decodeUtf8, encodeHex, encodeUtf8 } from '../../src/encoding.ts'
import { digestDirectory, merkleRoot } from '../../src/index.ts'
import { readFixture } from '../fixtures.ts'
import { makeDirectory } from '../temporary-directory.ts'

interface FileContent {
  readonly path: string
  readonly text?: string
  readonly base64?: string
}
interface FileSet {
  readonly name: string
  readonly why: string
  readonly files: readonly FileContent[]
  readonly manifest: string
  readonly sha256: string
  readonly merkleRoot: string
}
interface Vectors {
  readonly sets: readonly FileSet[]
  readonly directories: readonly (FileSet & { readonly leftOut: number })[]
  readonly refusedPaths: readonly { path?: string; base64?: string; why: string }[]
  readonly refusedManifests: readonly { manifest: string; why: string }[]
}

const vectors = readFixture<Vectors>('manifest.json')

const contentOf = (files: readonly FileContent[]) =>
  Object.fromEntries(
    files.map(({ path, text, base64 }) => [path, base64 === undefined ? (text ?? '') : Buffer.from(base64, 'base64')]),
  )

/** The line of FORMATS §1 by which anyone can check a directory, as it stands there. */
const CHECK = String.raw`find . -mindepth 1 \( -name '.*' -o -name '_*' ! -name '*=*' -o -name '*._COPYING_' \) -prune -o -type f -printf '%P\n' | LC_ALL=C sort | xargs -r -d '\n' sha256sum --`
const inShell = (root: string, line: string) => execFileSync('bash', ['-c', line], { cwd: root, encoding: 'utf8' })

describe.each([...vectors.directories, ...vectors.sets.filter(({ name }) => name !== 'odd names')])(
  'the set "$name" on disk',
  ({ files, manifest, sha256, merkleRoot }) => {
    it('is what find and sha256sum say of it', () => {
      const root = makeDirectory(contentOf(files))
      expect(inShell(root, CHECK)).toBe(manifest)
      expect(inShell(root, `${CHECK} | sha256sum`).slice(0, 64)).toBe(sha256)
    })

    it('is what digestDirectory says of it', async () => {
      const found = await digestDirectory(makeDirectory(contentOf(files)))
      expect(found).toMatchObject({ kind: 'files', sha256, merkleRoot })
      expect(decodeUtf8(renderManifest(found.files))).toBe(manifest)
    })
  },
)

it('counts what the rule leaves out', async () => {
  for (const { files, leftOut } of vectors.directories)
    expect((await digestDirectory(makeDirectory(contentOf(files)))).leftOut).toBe(leftOut)
})

it('takes odd names as they are, as sha256sum does', async () => {
  const odd = vectors.sets.find(({ name }) => name === 'odd names')
  const root = makeDirectory(contentOf(odd?.files.filter(({ path }) => path !== '...') ?? []))
  expect((await digestDirectory(root)).sha256).toBe(inShell(root, `${CHECK} | sha256sum`).slice(0, 64))
})

describe('a manifest', () => {
  it.each(vectors.sets)('of "$name" reads back: $why', ({ manifest, sha256, merkleRoot }) => {
    const entries = parseManifest(encodeUtf8(manifest))
    expect(decodeUtf8(renderManifest(entries.toReversed()))).toBe(manifest)
    expect(digestManifest(entries)).toEqual({ sha256, merkleRoot })
  })

  it.each(vectors.refusedManifests)('is refused: $why', ({ manifest }) => {
    expect(() => parseManifest(encodeUtf8(manifest))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(manifest|path)-invalid$/) }),
    )
  })

  it.each(vectors.refusedPaths.filter(({ path }) => path !== undefined))(
    'refuses a path with $why',
    ({ path = '' }) => {
      const refusal = expect.objectContaining({ code: 'path-invalid' })
      expect(() => checkManifestPath(path)).toThrow(refusal)
      expect(() => renderManifest([{ path, sha256: '00'.repeat(32) }])).toThrow(refusal)
    },
  )

  it('refuses a path that stands twice', () => {
    const entry = { path: 'a', sha256: '00'.repeat(32) }
    expect(() => renderManifest([entry, entry])).toThrow(expect.objectContaining({ code: 'manifest-invalid' }))
  })

  it('reads no more than the caller allows', () => {
    const bytes = renderManifest(['a', 'b'].map((path) => ({ path, sha256: '00'.repeat(32) })))
    const refusal = expect.objectContaining({ code: 'limit-exceeded' })
    expect(() => parseManifest(bytes, { maxEntries: 1 })).toThrow(refusal)
    expect(() => parseManifest(bytes, { maxBytes: bytes.length - 1 })).toThrow(refusal)
    expect(parseManifest(bytes, { maxEntries: 2, maxBytes: bytes.length })).toHaveLength(2)
  })

  it('has its lines as leaves', () => {
    const set = vectors.sets.find(({ name }) => name === 'seven leaves')
    const leaves = manifestLeaves(parseManifest(encodeUtf8(set?.manifest ?? '')))
    expect(leaves).toHaveLength(7)
    expect(encodeHex(merkleRoot(leaves))).toBe(set?.merkleRoot)
  })
})

describe('findPathClashes', () => {
  it('finds names that another file system would take for one', () => {
    expect(findPathClashes(['a/B', 'A/b', 'c', 'é', 'e\u0301', 'ß', 'SS', 'd'])).toEqual([
      ['a/B', 'A/b'],
      ['é', 'e\u0301'],
      ['ß', 'SS'],
    ])
  })
})

describe('isLeftOut', () => {
  it.each([
    ['part-0', false],
    ['_SUCCESS', true],
    ['_a=b', false],
    ['.a=b', true],
    ['a._COPYING_', true],
    ['a_', false],
  ])('%s: %s', (name, expected) => {
    expect(isLeftOut(name)).toBe(expected)
  })
})
