import { hashNode, merkleRoot } from '../digest/merkle-tree.ts'
import { equalBytes } from '../encoding.ts'

export interface ConsistencyClaim {
  /** Number of leaves of the older tree, and its root. */
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly newSize: number
  readonly newRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** The leaves from `start` up to, without, `end`. */
export interface SubtreeClaim {
  readonly start: number
  readonly end: number
  readonly subtreeRoot: Uint8Array
  /** Number of leaves of the whole tree. */
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * True only if the newer tree is the older one with leaves appended: nothing was changed or taken out. An empty tree
 * is consistent with everything, so that it proves nothing and is refused.
 *
 * @see RFC 6962 §2.1.2, RFC 9162 §2.1.4.2
 */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): boolean {
  const claim = { start: 0, end: oldSize, subtreeRoot: oldRoot, size: newSize, root: newRoot, proof }
  return oldSize > 0 && verifySubtreeConsistency(claim)
}

/**
 * The same for a subtree that need not begin at the first leaf, as a cosigner may sign one.
 *
 * @see draft-ietf-plants-merkle-tree-certs §4.4.3
 */
export function verifySubtreeConsistency({ start, end, subtreeRoot, size, root, proof }: SubtreeClaim): boolean {
  if (!Number.isSafeInteger(size) || end > size) return false
  if (start === end) return start >= 0 && proof.length === 0 && equalBytes(subtreeRoot, merkleRoot([]))
  if (!isSubtree(start, end)) return false
  if (proof.length > 0 && [subtreeRoot, root, ...proof].some((hash) => hash.length !== 32)) return false
  let [first, last, treeLast] = [start, end - 1, size - 1]
  const shift = () => {
    ;[first, last, treeLast] = [half(first), half(last), half(treeLast)]
  }
  const wholeTree = last === treeLast
  while (first !== last && (wholeTree || last % 2 === 1)) shift()
  const [seed, ...path] = first === last ? [subtreeRoot, ...proof] : proof
  if (seed === undefined) return false
  let [subtree, tree] = [seed, seed]
  for (const sibling of path) {
    if (treeLast === 0) return false
    if (last % 2 === 1 || last === treeLast) {
      if (first < last) subtree = hashNode(sibling, subtree)
      tree = hashNode(sibling, tree)
      while (last % 2 === 0 && last !== 0) shift()
    } else tree = hashNode(tree, sibling)
    shift()
  }
  return treeLast === 0 && equalBytes(subtree, subtreeRoot) && equalBytes(tree, root)
}

/** A run of leaves has one root only where it begins at a multiple of the least power of two that covers it. */
export function isSubtree(start: number, end: number): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start >= end) return false
  let cover = 1
  while (cover < end - start) cover *= 2
  return start % cover === 0
}

const half = (number: number) => Math.floor(number / 2)
