import { merkleRoot } from '../digest/merkle-tree.ts'
import { decodeHex, encodeHex } from '../encoding.ts'
import type { RunRecord } from '../statement/index.ts'
import { passed, plural, refuted, unmet } from './check.ts'
import { compareTwins } from './compare-twins.ts'
import { groupBy } from './group-by.ts'
import { isSameSigner } from './open-under-signer.ts'
import type { NumberedRecord, RunObjects } from './read-run-records.ts'
import type { Check } from './report.ts'

export type Seal = Extract<RunRecord, { kind: 'seal' }>

export interface RunChain {
  /** One record a number, each naming the one before it, as far as that holds. */
  readonly records: readonly NumberedRecord[]
  readonly seal: (NumberedRecord & { readonly record: Seal }) | undefined
  /** Bundles that the records list, in the order of storing. */
  readonly bundles: readonly string[]
  readonly checks: readonly Check[]
}

/**
 * Whether a run's records are one unbroken line: numbered from 0, each naming the bundle before it, by one
 * signer, from a start over checkpoints to the one seal, whose tree head covers every bundle that they list.
 *
 * @see FORMATS §3 A run, docs/spec/predicates.md Run
 */
export function checkRunRecords(found: RunObjects, skewMs: number): RunChain {
  const { records, checks: numbering } = chooseRecords(found)
  const last = records.at(-1)
  const seal = last && isSeal(last) ? last : undefined
  const bundles = records.flatMap(({ record }) => (record.kind === 'start' ? [] : record.bundles))
  const order = [...numbering, ...checkKinds(records), ...checkSigner(records), ...checkTimes(records, skewMs)]
  const detail = `${plural(records.length, 'record')}, numbered without a gap, each naming the one before it`
  return {
    records,
    seal,
    bundles,
    checks: [
      ...(order.length === 0 && last ? [passed('run', 'records', detail)] : order),
      checkSeal(seal?.record, bundles),
    ],
  }
}

const isSeal = (record: NumberedRecord): record is NumberedRecord & { readonly record: Seal } =>
  record.record.kind === 'seal'

/** Of two bundles that say the same, made twice, the one that the next record names; of the last record, the better one. */
function chooseRecords({ records, refused }: RunObjects): { records: NumberedRecord[]; checks: Check[] } {
  const byNumber = groupBy(records, ({ record }) => record.sequence)
  const chosen: NumberedRecord[] = []
  const highest = Math.max(-1, ...byNumber.keys())
  for (let number = 0; number <= highest; number++) {
    const here = (byNumber.get(number) ?? []).toSorted((a, b) => compareTwins(a.report, b.report))
    const [first, ...others] = here
    if (first === undefined) return { records: chosen, checks: [gapAt(number, refused)] }
    const other = others.find(({ subject }) => subject !== first.subject)
    if (other !== undefined) {
      const detail = `number ${number} stands twice: ${first.bundle} and ${other.bundle}`
      return { records: chosen, checks: [refuted('run', 'run-fork', 'records', detail)] }
    }
    const next = byNumber.get(number + 1)?.[0]?.record
    const named = next === undefined || next.kind === 'start' ? undefined : next.previousRunBundle
    chosen.push(here.find(({ bundle }) => bundle === named) ?? first)
  }
  return { records: chosen, checks: checkLinks(chosen) }
}

function gapAt(number: number, refused: RunObjects['refused']): Check {
  const stranger = refused.find(({ sequence }) => sequence === number)
  const instead = stranger ? `; what lies there is refused: ${stranger.fault}` : ''
  return refuted('run', 'run-gap', 'records', `number ${number} is not there${instead}`)
}

function checkLinks(records: readonly NumberedRecord[]): Check[] {
  return records.flatMap(({ record }, i) => {
    const before = records[i - 1]
    if (record.kind === 'start' || before === undefined || record.previousRunBundle === before.bundle) return []
    const detail = `number ${record.sequence} names ${record.previousRunBundle ?? 'nothing'} as the record before it, which is ${before.bundle}`
    return [refuted('run', 'run-gap', 'records', detail)]
  })
}

function checkKinds(records: readonly NumberedRecord[]): Check[] {
  return records.flatMap(({ record: { kind, sequence } }) => {
    const wrong =
      sequence === 0
        ? kind !== 'start' && `it begins with a ${kind}`
        : kind === 'start'
          ? `number ${sequence} starts it again`
          : kind === 'seal' && sequence < records.length - 1 && `number ${sequence + 1} comes after the seal`
    return wrong === false ? [] : [refuted('run', 'run-invalid', 'records', wrong)]
  })
}

function checkSigner(records: readonly NumberedRecord[]): Check[] {
  const [first] = records
  const stranger = records.find(
    ({ report, actor }) => !isSameSigner(report.signer, first?.report.signer) || actor !== first?.actor,
  )
  if (stranger === undefined || first === undefined) return []
  const by = stranger.report.signer?.id ?? 'nobody'
  const detail = `number ${stranger.record.sequence} is signed by ${by}, the start by ${first.report.signer?.id ?? 'nobody'}`
  return [refuted('run', 'run-signer', 'records', detail)]
}

/** A record that names another by its digest was made after it. */
function checkTimes(records: readonly NumberedRecord[], skewMs: number): Check[] {
  return records.flatMap(({ record }, i) => {
    const before = records[i - 1]?.record
    if (before === undefined || Date.parse(record.time) + skewMs >= Date.parse(before.time)) return []
    return [refuted('run', 'run-invalid', 'records', `number ${record.sequence} is older than the one before it`)]
  })
}

function checkSeal(seal: Seal | undefined, bundles: readonly string[]): Check {
  if (seal === undefined)
    return unmet('seal', 'seal', 'the run has no seal: it is not finished, or its end is not in this store')
  if (seal.total !== bundles.length) {
    const detail = `it counts ${plural(seal.total, 'bundle')}, the records list ${bundles.length}`
    return refuted('seal', 'run-root', 'seal', detail)
  }
  if (seal.outcome === 'succeeded' && (seal.executions?.failed ?? 0) > 0)
    return refuted('seal', 'run-misstated', 'seal', `it succeeded, and ${seal.executions?.failed} of it failed`)
  const root = encodeHex(merkleRoot(bundles.map(decodeHex)))
  if (root !== seal.root)
    return refuted('seal', 'run-root', 'seal', `its root is ${seal.root}, that of the bundles ${root}`)
  return passed('seal', 'seal', `${plural(seal.total, 'bundle')}, root ${root}`)
}
