import type { FileDigest } from '../digest/dataset.ts'
import { type ManifestEntry, manifestLeaves } from '../digest/manifest.ts'
import { merkleRoot, proveInclusion, verifyInclusion } from '../digest/merkle-tree.ts'
import { decodeHex, encodeHex } from '../encoding.ts'
import { isMakotoError } from '../errors.ts'
import type { Subject } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import { passed, plural, refuted, skipped } from './check.ts'
import { compareState } from './check-state.ts'
import { isNamed } from './dataset-names.ts'
import { readFileList } from './file-list.ts'
import type { Check, MemberProof } from './report.ts'
import type { BundleReport } from './verify-bundle.ts'

export interface AskedMember {
  /** The dataset's name. */
  readonly name: string
  /** As a manifest has it. */
  readonly path: string
  readonly found: Pick<FileDigest, 'sha256' | 'size'>
}

export interface MatchedMember {
  readonly checks: readonly Check[]
  readonly member?: MemberProof
}

/** Only a set has members: one file never passes for the set it is said to be in. @see FORMATS §1 */
const SETS = ['files', 'delta', 'iceberg'] as const

/** The kind of set that an attestation speaks of; `files` where it speaks of none, which is refused by itself. */
export const kindOfSet = (subject: Subject | undefined) =>
  SETS.find((kind) => kind === subject?.annotations?.kind) ?? 'files'

/**
 * Compares one file, read now, with the attestation of the set that it is said to be in: by the list that gives the
 * attested digest, and an audit path from the file's line to the attested Merkle root.
 *
 * @see L2.V.10, FORMATS §1, RFC 6962 §2.1.1
 */
export async function matchMember(
  { statement, known }: BundleReport,
  asked: AskedMember,
  store: Store,
): Promise<MatchedMember> {
  const [subject, ...more] = statement?.subject ?? []
  if (subject === undefined || known === undefined) return { checks: [] }
  if (known.kind !== 'origin' && known.kind !== 'transform')
    return {
      checks: [refuted('statement', 'predicate-type', 'predicate', 'it says nothing of where a dataset comes from')],
    }
  if (more.length > 0)
    return {
      checks: [refuted('statement', 'statement-invalid', 'statement', 'a dataset attestation has exactly one subject')],
    }
  // One file says nothing of what a table's reader sees beside its bytes.
  const first = [checkName(subject, asked), checkKind(subject), ...compareState(subject, {})]
  const list = await readFileList(store, subject.digest.sha256 ?? '', known.predicate)
  if (list === undefined) return { checks: [...first, missingList(known.predicate.files !== undefined)] }
  return proveMember(first, subject, asked, list)
}

function checkName(subject: Subject, { name }: AskedMember): Check {
  if (isNamed(subject, name)) return passed('name', 'name', subject.name)
  return refuted('name', 'name-mismatch', 'name', `the attestation is about ${subject.name}, not about ${name}`)
}

function checkKind({ annotations }: Subject): Check {
  const kind = annotations?.kind ?? 'nothing'
  if (SETS.some((set) => set === kind)) return passed('kind', 'kind', `${kind}, of which one file was read`)
  return refuted('kind', 'kind-mismatch', 'kind', `the attestation speaks of ${kind}, not of a set of files`)
}

function missingList(stated: boolean): Check {
  if (stated)
    return refuted('files', 'files-mismatch', 'files', 'the files listed in the statement are not those of its subject')
  return skipped('data', 'data', 'no list of its files that gives the attested digest is in the statement or the store')
}

function proveMember(
  first: readonly Check[],
  { digest }: Subject,
  { path, found }: AskedMember,
  list: readonly ManifestEntry[],
): MatchedMember {
  const index = list.findIndex((entry) => entry.path === path)
  const entry = list[index]
  if (entry === undefined)
    return { checks: [...first, refuted('data', 'not-a-member', 'data', `${path} is not in the attested version`)] }
  if (entry.sha256 !== found.sha256)
    return {
      checks: [
        ...first,
        refuted('data', 'digest-mismatch', 'data', `${path}: attested ${entry.sha256}, read ${found.sha256}`),
      ],
    }
  const leaves = manifestLeaves(list)
  const proof = proveInclusion(leaves, index)
  const root = readRoot(digest.merkleRoot) ?? (digest.merkleRoot === undefined ? merkleRoot(leaves) : undefined)
  const leaf = leaves[index]
  if (root === undefined || leaf === undefined || !verifyInclusion({ leaf, index, size: leaves.length, proof, root }))
    return {
      checks: [
        ...first,
        refuted('data', 'digest-mismatch', 'data', `${path} does not lead to the attested Merkle root`),
      ],
    }
  const others = list.length - 1
  const unread = others === 0 ? '' : `; ${plural(others, 'other file')} of the set not read`
  return {
    checks: [
      ...first,
      passed('files', 'files', `${plural(list.length, 'file')}, by the list that gives the attested digest`),
      passed(
        'data',
        'data',
        `this file only: ${path}, ${found.size} bytes read now, number ${index + 1} of ${list.length} by Merkle proof${unread}`,
      ),
    ],
    member: {
      path,
      sha256: found.sha256,
      index,
      files: list.length,
      merkleRoot: encodeHex(root),
      proof: proof.map(encodeHex),
    },
  }
}

function readRoot(stated: string | undefined): Uint8Array | undefined {
  try {
    return stated === undefined ? undefined : decodeHex(stated)
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}
