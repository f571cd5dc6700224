/** For which names a certificate authority may speak. @see RFC 5280 §4.2.1.10 */
import { contextTag, DerFields, type DerNode, readDer, TAG } from '../time/der-reader.ts'
import { type AlternativeName, type NameKind, readGeneralName } from './alternative-names.ts'

type Subtree = AlternativeName

export interface NameConstraints {
  readonly permitted: readonly Subtree[]
  readonly excluded: readonly Subtree[]
}

/** Kinds of name that a constraint of ours can be compared with; an authority with another is not used at all. */
const UNDERSTOOD: ReadonlySet<NameKind> = new Set(['email', 'dns', 'uri'])

/** Undefined where a subtree is of a kind, or of a form, that is not understood. */
export function readNameConstraints(value: Uint8Array): NameConstraints | undefined {
  const fields = new DerFields(readDer(value, TAG.sequence))
  const permitted = readSubtrees(fields.optional(contextTag(0)))
  const excluded = readSubtrees(fields.optional(contextTag(1)))
  fields.end()
  return permitted && excluded && { permitted, excluded }
}

/** RFC 5280: `minimum` is zero, which DER leaves out, and `maximum` is absent. */
function readSubtrees(node: DerNode | undefined): Subtree[] | undefined {
  if (!node) return []
  const fields = new DerFields(node)
  const subtrees: Subtree[] = []
  while (fields.more) {
    const subtree = new DerFields(fields.take(TAG.sequence))
    subtrees.push(readGeneralName(subtree.any()))
    if (subtree.more) return undefined
  }
  return subtrees.every(({ kind }) => UNDERSTOOD.has(kind)) ? subtrees : undefined
}

/** Whether every name of a certificate lies where its authority may speak. */
export function mayName({ permitted, excluded }: NameConstraints, names: readonly AlternativeName[]): boolean {
  return names.every((name) => {
    const within = permitted.filter(({ kind }) => kind === name.kind)
    const without = excluded.filter(({ kind }) => kind === name.kind)
    if (within.length + without.length === 0) return true
    const host = hostOf(name)
    if (host === undefined) return false
    const lies = (subtree: Subtree) => liesUnder(name, host, subtree.value)
    return (within.length === 0 || within.some(lies)) && !without.some(lies)
  })
}

/** The host that a constraint speaks of; undefined where the name has none, and then no constraint can let it pass. */
function hostOf({ kind, value }: AlternativeName): string | undefined {
  const host = kind === 'dns' ? value : kind === 'email' ? hostOfEmail(value) : hostOfUri(value)
  return host !== undefined && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(host) ? host.toLowerCase() : undefined
}

const hostOfEmail = (email: string) => /^[^@]+@([^@]+)$/.exec(email)?.[1]

/** RFC 5280 compares host names only: an address, or one hidden behind user information, is no host here. */
function hostOfUri(uri: string): string | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@:]+)(?::[0-9]+)?(?:[/?#]|$)/i.exec(uri)?.[1]
  return host === undefined || /^[0-9.]+$/.test(host) ? undefined : host
}

function liesUnder({ kind, value }: AlternativeName, host: string, base: string): boolean {
  const tree = base.toLowerCase()
  if (tree === '') return true
  if (tree.includes('@')) return sameMailbox(value, base)
  if (tree.startsWith('.')) return host.endsWith(tree)
  return host === tree || (kind === 'dns' && host.endsWith(`.${tree}`))
}

/** The local part is compared as it is, the host without regard to case. */
function sameMailbox(mailbox: string, base: string): boolean {
  const [local, host] = mailbox.split('@', 2)
  const [baseLocal, baseHost] = base.split('@', 2)
  return local === baseLocal && host?.toLowerCase() === baseHost?.toLowerCase()
}
