import type { Node } from './chain.ts'
import { refuted } from './check.ts'
import type { Check } from './report.ts'

/**
 * Bundles name each other by digest, so they cannot run in a circle; what they speak of can: a version
 * said to be made from what was made from it. Two bundles of one identity are one attestation here.
 */
export function findCycle(nodes: readonly Node[]): Check[] {
  const identities = new Map(nodes.map((node) => [node.attestation.report.sha256, identityOfNode(node)]))
  const inputs = new Map<string, Set<string>>()
  for (const node of nodes) {
    const from = identityOfNode(node)
    const upstream = inputs.get(from) ?? new Set<string>()
    for (const { bundle } of node.inputs) if (bundle !== undefined) upstream.add(identities.get(bundle) ?? bundle)
    inputs.set(from, upstream)
  }
  const left = removeOrdered(inputs)
  if (left === 0) return []
  return [refuted('chain', 'cycle', 'chain', 'an attestation stands, over other ones, on itself')]
}

/** Takes away what stands on nothing that is left, until nothing more can go: what remains runs in a circle. */
function removeOrdered(inputs: Map<string, Set<string>>): number {
  const outputs = new Map<string, string[]>()
  for (const [from, upstream] of inputs)
    for (const to of upstream) {
      const known = outputs.get(to)
      if (known) known.push(from)
      else outputs.set(to, [from])
    }
  const free = [...inputs].filter(([, upstream]) => upstream.size === 0).map(([identity]) => identity)
  let left = inputs.size
  for (let identity = free.pop(); identity !== undefined; identity = free.pop()) {
    left -= 1
    for (const output of outputs.get(identity) ?? []) {
      const upstream = inputs.get(output)
      upstream?.delete(identity)
      if (upstream?.size === 0) free.push(output)
    }
  }
  return left
}

function identityOfNode({ attestation: { report } }: Node): string {
  const [subject] = report.statement?.subject ?? []
  return subject?.annotations?.identity === undefined
    ? report.sha256
    : `${subject.digest.sha256} ${subject.annotations.identity}`
}
