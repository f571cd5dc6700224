import { sha256 } from '#platform'
import { concatBytes, equalBytes } from '../encoding.ts'
import { MakotoError } from '../errors.ts'

const LEAF_PREFIX = Uint8Array.of(0x00)
/** 0x01, left, right: one buffer for every inner node, since hashing is synchronous. */
const node = Uint8Array.of(0x01, ...new Uint8Array(64))

export interface InclusionClaim {
  /** The entry itself, not its hash. */
  readonly leaf: Uint8Array
  readonly index: number
  /** Number of leaves of the tree. */
  readonly size: number
  /** Sibling hashes, from the leaf upwards. */
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

export type LeafHashClaim = Omit<InclusionClaim, 'leaf'> & { readonly leafHash: Uint8Array }

/** RFC 6962 §2.1: the leaf's prefix keeps an entry from passing for an inner node. */
export function hashLeaf(leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, leaf))
}

export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1)
  node.set(right, 33)
  return sha256(node)
}

/**
 * The tree head over the leaves in their order; of none, H of the empty string.
 *
 * Holds one hash for each level of the tree, so leaves may come from a generator.
 *
 * @see FORMATS §1, RFC 6962 §2.1
 */
export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array {
  const perfect: { hash: Uint8Array; leaves: number }[] = []
  for (const leaf of leaves) {
    let subtree = { hash: hashLeaf(leaf), leaves: 1 }
    for (let left = perfect.at(-1); left?.leaves === subtree.leaves; left = perfect.at(-1)) {
      perfect.pop()
      subtree = { hash: hashNode(left.hash, subtree.hash), leaves: 2 * subtree.leaves }
    }
    perfect.push(subtree)
  }
  const last = perfect.pop()
  return last === undefined
    ? sha256(new Uint8Array())
    : perfect.reduceRight((right, { hash }) => hashNode(hash, right), last.hash)
}

/**
 * The audit path of one leaf, from the leaf upwards.
 *
 * @see RFC 6962 §2.1.1
 */
export function proveInclusion(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new MakotoError('limit-exceeded', `no leaf ${index} in a tree of ${leaves.length}`)
  if (leaves.length === 1) return []
  const split = largestPowerBelow(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...proveInclusion(left, index), merkleRoot(right)]
    : [...proveInclusion(right, index - split), merkleRoot(left)]
}

/** True only if the proof leads from this leaf at this place to this root. */
export function verifyInclusion({ leaf, ...claim }: InclusionClaim): boolean {
  return verifyLeafHashInclusion({ ...claim, leafHash: hashLeaf(leaf) })
}

/**
 * The same for a leaf of which only the hash is known.
 *
 * @see RFC 9162 §2.1.3.2
 */
export function verifyLeafHashInclusion({ leafHash, index, size, proof, root }: LeafHashClaim): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  if ([leafHash, root, ...proof].some((hash) => hash.length !== 32)) return false
  let [at, last, hash] = [index, size - 1, leafHash]
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = hashNode(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = hashNode(hash, sibling)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && equalBytes(hash, root)
}

function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
