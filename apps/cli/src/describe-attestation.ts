import type { RunRecord } from '@makoto/core'
import type { AttestationView } from './attestation-view.ts'

type Row = readonly [label: string, value: string]

/** An attestation's own words, a row each; nothing here is verified. */
export function describeAttestation({ bundle, statement, known, sha256 }: AttestationView): Row[] {
  const [subject] = statement.subject
  return [
    ['subject', `${subject?.digest.sha256 ?? '?'}  ${subject?.annotations?.kind ?? 'of no kind'}`],
    ...(subject?.uri === undefined ? [] : [['at', subject.uri] as const]),
    ...describePredicate(known),
    ['signature', describeSignature(bundle)],
    ['bundle', sha256],
  ]
}

/** What a person would call the statement. */
export function nameKind({ known, statement }: AttestationView): string {
  if (known.kind === 'other') return statement.predicateType
  return known.kind === 'streamWindow' ? 'stream window' : known.kind
}

function describePredicate(known: AttestationView['known']): Row[] {
  if (known.kind === 'origin') {
    const { origin, collector } = known.predicate
    return [
      ['source', [origin.source, origin.sourceType, origin.collectionMethod].filter(Boolean).join(', ')],
      ['collected', `${origin.collectionTimestamp} by ${collector.id}`],
      ...describeExtent(known.predicate),
    ]
  }
  if (known.kind === 'transform') {
    const { transform, executor, inputs } = known.predicate
    return [
      ['transform', [transform.name, transform.type].filter(Boolean).join(', ')],
      ['executed', `by ${executor.id}`],
      ...inputs.map(({ name, digest }): Row => ['input', `${name}  ${digest.sha256}`]),
      ...describeStages(known.predicate),
      ...describeExtent(known.predicate),
    ]
  }
  if (known.kind === 'run') return describeRun(known.predicate.run)
  if (known.kind === 'dbom') return [['dataset', known.predicate.dataset.name]]
  return []
}

function describeRun(run: RunRecord): Row[] {
  const named: Row = ['run', `${run.kind} of ${run.runId}, number ${run.sequence}, ${run.time}`]
  if (run.kind === 'start') return [named]
  const bundles: Row = ['bundles', `${run.bundles.length} since the record before`]
  if (run.kind === 'checkpoint') return [named, bundles]
  const { outcome, total, reads = [], writes = [], droppedEvents = 0, gaps = [] } = run
  const lost = `${droppedEvents} events dropped, ${gaps.length} kinds of gaps`
  return [
    named,
    ['outcome', `${outcome}, ${total} bundles in all, ${lost}`],
    ...reads.map(({ name }): Row => ['read', name]),
    ...writes.map(({ name }): Row => ['wrote', name]),
  ]
}

function describeStages({ stagesRef }: { stagesRef?: { ref: string } }): Row[] {
  return stagesRef === undefined ? [] : [['stages', stagesRef.ref]]
}

type Extent = {
  files?: readonly unknown[]
  manifest?: { entries?: string | number }
  completeness?: { inputs: string; outputs: string; reasons: readonly string[] }
}

function describeExtent({ files, manifest, completeness }: Extent): Row[] {
  const count = files?.length ?? manifest?.entries
  const rows: Row[] = count === undefined ? [] : [['files', String(count)]]
  if (completeness === undefined) return rows
  const { inputs, outputs, reasons } = completeness
  const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`
  return [...rows, ['complete', `inputs ${inputs}, outputs ${outputs}${why}`]]
}

function describeSignature(bundle: AttestationView['bundle']): string {
  if (bundle === undefined) return 'none: unsigned'
  const signer = bundle.signer.kind === 'key' ? `key ${bundle.signer.hint ?? 'without a hint'}` : 'certificate'
  const times = bundle.timestamps.length
  return `${signer}, ${times === 1 ? '1 timestamp' : `${times} timestamps`}, none of it checked`
}
