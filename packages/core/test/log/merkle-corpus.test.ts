import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeBase64, verifyConsistency, verifyLeafHashInclusion, verifySubtreeConsistency } from '@makoto/core'
import { createTransparencyLog } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { isSubtree } from '../../src/log/consistency-proof.ts'
import { corpusPath, describeCorpus, listCorpus } from '../corpora.ts'

interface Case {
  readonly root: string | null
  readonly leafHash: string | null
  readonly leafIdx: number
  readonly size1: number
  readonly size2: number
  readonly start: number
  readonly end: number
  readonly size: number
  readonly root1: string | null
  readonly root2: string | null
  readonly proof: readonly string[] | null
  readonly wantErr: boolean
}

const bytesOf = (text: string | null) => decodeBase64(text ?? '')
const proofOf = ({ proof }: Case) => (proof ?? []).map(decodeBase64)

const VERIFIERS: Readonly<Record<string, (claim: Case) => boolean>> = {
  consistency: (claim) =>
    verifyConsistency({
      oldSize: claim.size1,
      oldRoot: bytesOf(claim.root1),
      newSize: claim.size2,
      newRoot: bytesOf(claim.root2),
      proof: proofOf(claim),
    }),
  subtreeconsistency: (claim) =>
    verifySubtreeConsistency({
      start: claim.start,
      end: claim.end,
      subtreeRoot: bytesOf(claim.root1),
      size: claim.size,
      root: bytesOf(claim.root2),
      proof: proofOf(claim),
    }),
  subtreeinclusion: ({ start, end, leafIdx, ...claim }) =>
    isSubtree(start, end) &&
    verifyLeafHashInclusion({
      leafHash: bytesOf(claim.leafHash),
      index: leafIdx - start,
      size: end - start,
      proof: (claim.proof ?? []).map(decodeBase64),
      root: bytesOf(claim.root),
    }),
}

for (const [folder, verify] of Object.entries(VERIFIERS))
  describeCorpus(`transparency-dev's ${folder} proofs`, `rfc6962/${folder}`, () => {
    const files = listCorpus(`rfc6962/${folder}`).filter((name) => name.endsWith('.json'))

    it.each(files)('%s', (file) => {
      const claim: Case = JSON.parse(readFileSync(join(corpusPath(`rfc6962/${folder}`), file), 'utf8'))
      expect(verify(claim)).toBe(!claim.wantErr)
    })
  })

describe('a log that grows', () => {
  it('proves each of its former sizes, and no other', () => {
    const log = createTransparencyLog({ filled: 0 })
    const roots: Uint8Array[] = []
    for (let size = 1; size <= 20; size++) {
      log.append(Buffer.from(`{"number":${size}}`))
      roots.push(log.proveConsistency(size).root)
    }
    for (const [at, oldRoot] of roots.entries()) {
      const { root: newRoot, proof, size: newSize } = log.proveConsistency(at + 1)
      const proven = roots.map((_root, other) =>
        verifyConsistency({ oldSize: other + 1, oldRoot, newSize, newRoot, proof }),
      )
      expect(proven).toEqual(roots.map((_root, other) => other === at))
    }
  })

  it('is not consistent with what it never was', () => {
    const log = createTransparencyLog({ filled: 13 })
    const other = createTransparencyLog({ filled: 0 })
    for (let size = 1; size <= 12; size++) {
      other.append(Buffer.from(`{"other":${size}}`))
      const { root: newRoot, proof, size: newSize } = log.proveConsistency(size)
      const claim = { oldSize: size, newSize, proof }
      expect(verifyConsistency({ ...claim, oldRoot: other.proveConsistency(size).root, newRoot })).toBe(false)
    }
  })
})
