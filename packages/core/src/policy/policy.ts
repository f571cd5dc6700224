import type { Trust } from '../trust/index.ts'
import type { PolicyRule } from './policy-document.ts'
import { type PolicyFiles, putOnce, readPolicySources, refuse } from './read-policy.ts'
import { TrustReader } from './read-trust.ts'
import { resolveSigner, type SignerMatch } from './resolve-signer.ts'

/** Whom one believes, for what: composed of all files, with everything that they name read. */
export interface Policy {
  /** The files, those that are extended first. */
  readonly sources: readonly { readonly place: string; readonly sha256: string }[]
  readonly trust: Trust
  /** What a verified signer must be to bear one of the names that rules use. */
  readonly signers: ReadonlyMap<string, SignerMatch>
  /** All that match a dataset must hold; where none matches, it is refused. */
  readonly rules: readonly PolicyRule[]
}

/**
 * Reads a policy with everything that it extends and names.
 *
 * Composition only narrows: trust and signers are united, and rules of all files must hold together, so that a
 * policy that extends a shared one can add to what is asked and never take from it. A name that stands twice is refused, as is a signer
 * whose key or authority is not trusted, or whom several authorities could certify.
 *
 * @see SPEC §3 L2.V.4
 */
export async function readPolicy(place: string, files: PolicyFiles): Promise<Policy> {
  const sources = await readPolicySources(place, files)
  const read = new TrustReader(files)
  for (const source of sources) await read.add(source)
  const signers = new Map<string, SignerMatch>()
  for (const { place: at, document } of sources)
    for (const [name, signer] of Object.entries(document.signers ?? {}))
      putOnce(signers, name, resolveSigner(name, signer, read.scopeAt(at)), at)
  const rules = sources.flatMap(({ document }) => document.rules ?? [])
  checkRules(rules, signers, place)
  const identities = [...signers.values()].flatMap((signer) => (signer.kind === 'certificate' ? [signer.identity] : []))
  return {
    sources: sources.map(({ place: at, sha256 }) => ({ place: at, sha256 })),
    trust: { ...read.trust(place), identities },
    signers,
    rules,
  }
}

function checkRules(rules: readonly PolicyRule[], signers: ReadonlyMap<string, SignerMatch>, place: string): void {
  if (rules.length === 0) throw refuse(place, 'it has no rules, so it would refuse everything')
  const names = new Set<string>()
  for (const { name, attestedBy = [], reviewers } of rules) {
    if (names.has(name)) throw refuse(place, `two rules are named ${name}`)
    names.add(name)
    for (const signer of [...attestedBy, ...(reviewers?.from ?? [])])
      if (!signers.has(signer)) throw refuse(place, `rule ${name}: nobody is named ${signer} under signers`)
    if (reviewers && reviewers.count > new Set(reviewers.from).size)
      throw refuse(
        place,
        `rule ${name}: ${reviewers.count} reviewers are asked for, ${new Set(reviewers.from).size} are named`,
      )
  }
}
