import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { merkleRoot, proveInclusion, verifyInclusion, verifyLeafHashInclusion } from '../../src/digest/index.ts'
import { decodeBase64, decodeHex, encodeHex, encodeUtf8 } from '../../src/encoding.ts'
import { corpusPath, describeCorpus, listCorpus } from '../corpora.ts'
import { readFixture } from '../fixtures.ts'

interface Vectors {
  readonly leaves: readonly string[]
  readonly trees: readonly { size: number; root: string; proofs: readonly (readonly string[])[] }[]
}

const { leaves, trees } = readFixture<Vectors>('merkle.json')
const bytes = leaves.map(decodeHex)

/** Roots that Certificate Transparency's own tests hold for these leaves. */
const KNOWN_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('a Merkle tree', () => {
  it.each(trees)('of $size leaves has the root that others know', ({ size, root }) => {
    expect(encodeHex(merkleRoot(bytes.slice(0, size)))).toBe(root)
    expect(root).toBe(KNOWN_ROOTS[size])
  })

  it.each(trees)('of $size leaves proves each of them, and nothing else', ({ size, root, proofs }) => {
    for (const [index, proof] of proofs.entries()) {
      const claim = { index, size, proof: proof.map(decodeHex), root: decodeHex(root) }
      expect(proveInclusion(bytes.slice(0, size), index).map(encodeHex)).toEqual(proof)
      const proven = bytes.map((leaf) => verifyInclusion({ ...claim, leaf }))
      expect(proven).toEqual(bytes.map((_leaf, other) => other === index))
    }
  })

  it('of any size proves its leaves', () => {
    for (const size of [9, 31, 32, 33, 100]) {
      const many = Array.from({ length: size }, (_, i) => encodeUtf8(`leaf ${i}`))
      const root = merkleRoot(many)
      for (const [index, leaf] of many.entries())
        expect(verifyInclusion({ leaf, index, size, proof: proveInclusion(many, index), root })).toBe(true)
    }
  })

  it.each([-1, 8, 0.5])('has no leaf %d', (index) => {
    expect(() => proveInclusion(bytes, index)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }))
  })
})

interface CorpusCase {
  readonly leafIdx: number
  readonly treeSize: number
  readonly root: string | null
  readonly leafHash: string | null
  readonly proof: readonly string[] | null
  readonly desc: string
  readonly wantErr: boolean
}

const FOLDER = 'rfc6962/inclusion'

describeCorpus("transparency-dev's inclusion proofs", FOLDER, () => {
  const files = listCorpus(FOLDER).filter((name) => name.endsWith('.json'))

  it.each(files)('%s', (file) => {
    const claim: CorpusCase = JSON.parse(readFileSync(join(corpusPath(FOLDER), file), 'utf8'))
    const proven = verifyLeafHashInclusion({
      leafHash: decodeBase64(claim.leafHash ?? ''),
      index: claim.leafIdx,
      size: claim.treeSize,
      proof: (claim.proof ?? []).map(decodeBase64),
      root: decodeBase64(claim.root ?? ''),
    })
    expect(proven).toBe(!claim.wantErr)
  })
})
