import { canonicalize } from '../canonical-json.ts'
import { sha256Hex } from '../digest/sha256.ts'
import { type FlatDbom, flatDbomSchema } from '../statement/index.ts'
import type { ChainNode, Report } from '../verify/index.ts'

/**
 * The flat DBOM v0.1 of a dataset that was proven: the straight line that ends at it, each step beginning where the
 * last one ended. A lineage that joins has no such line: there the line begins after the last join, and its first step
 * names what was joined. `signature` names the dataset's own bundle and who signed it.
 *
 * @see SPEC §2 Flat DBOM v0.1
 */
export function buildFlatDbom({
  dataset,
  chain,
  verifiedOn,
}: Pick<Report, 'dataset' | 'chain' | 'verifiedOn'>): FlatDbom {
  const line = followLine(chain)
  const [own] = chain
  return flatDbomSchema.parse({
    schema_version: '0.1',
    id: `dbom-${uuidOf(dataset.sha256, own?.bundle ?? '')}`,
    created_at: verifiedOn,
    source: {
      uri: dataset.uri,
      hash: { algorithm: 'sha256', value: dataset.sha256 },
      format: formatOf(dataset),
    },
    signature: { algorithm: 'sha256', value: own?.bundle ?? dataset.sha256, signer: own?.signer ?? 'unsigned' },
    lineage: line.map((node, index) => ({
      step: index + 1,
      description: describeStep(node, index === 0),
      tool: node.transform?.type ?? node.origin?.collectionMethod ?? node.predicateType,
      input_hash: line[index - 1]?.sha256 ?? 'n/a',
      output_hash: node.sha256,
    })),
  })
}

/** From the dataset back as long as each was made from exactly one other; first step first. */
function followLine(chain: readonly ChainNode[]): ChainNode[] {
  const nodes = new Map(chain.map((node) => [node.bundle, node]))
  const line: ChainNode[] = []
  for (let node = chain[0]; node !== undefined && !line.includes(node); ) {
    line.unshift(node)
    const [input, ...more] = node.inputs
    node = more.length > 0 ? undefined : nodes.get(input?.bundle ?? '')
  }
  return line
}

function describeStep({ name, origin, transform, inputs }: ChainNode, first: boolean): string {
  if (origin !== undefined) return `${name} from ${origin.source}`
  const made = `${name} by ${transform?.name || transform?.type || 'a transform'}`
  return first && inputs.length > 0 ? `${made} from ${inputs.map((input) => input.name).join(', ')}` : made
}

/** The ending of a file's name, else what it is. */
function formatOf({ uri, kind }: Report['dataset']): string {
  const ending = kind === 'file' ? /\.([A-Za-z0-9]{1,16})$/.exec(uri)?.[1] : undefined
  return ending?.toLowerCase() ?? kind
}

/** The same for the same attestation: a name-based UUID of version 8 (RFC 9562). */
function uuidOf(...parts: string[]): string {
  const hex = sha256Hex(canonicalize(parts))
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
