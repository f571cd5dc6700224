/** RFC 6962 §2.1 as it stands there, recursive: the core's own tree is what is under test. */
import { hash } from 'node:crypto'

const EMPTY = hash('sha256', Buffer.alloc(0), 'buffer')

export const leafHash = (leaf: Uint8Array) => hash('sha256', Buffer.concat([Buffer.from([0]), leaf]), 'buffer')

const nodeHash = (left: Buffer, right: Buffer) =>
  hash('sha256', Buffer.concat([Buffer.from([1]), left, right]), 'buffer')

export function treeHead(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return EMPTY
  if (leaves.length === 1) return only
  const split = splitOf(leaves.length)
  return nodeHash(treeHead(leaves.slice(0, split)), treeHead(leaves.slice(split)))
}

export function auditPath(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return []
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...auditPath(left, index), treeHead(right)]
    : [...auditPath(right, index - split), treeHead(left)]
}

/** RFC 6962 §2.1.2: from the first `size` leaves to all of them. */
export function consistencyPath(leaves: readonly Buffer[], size: number): Buffer[] {
  return subProof(leaves, size, true)
}

function subProof(leaves: readonly Buffer[], size: number, complete: boolean): Buffer[] {
  if (size === leaves.length) return complete ? [] : [treeHead(leaves)]
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return size <= split
    ? [...subProof(left, size, complete), treeHead(right)]
    : [...subProof(right, size - split, false), treeHead(left)]
}

function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}
