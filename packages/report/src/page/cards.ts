import { type Child, element } from './element.ts'
import type { DatasetFacts, JobFacts } from './facts.ts'
import { datasetCard, jobCard } from './lineage.ts'
import type { StagesOfJob } from './stages.ts'
import { renderRows } from './verdict.ts'
import type { HereReport } from './verify-here.ts'
import { countOf, sizeOf, whenOf } from './words.ts'

/** Cards beyond this are named, not drawn. */
const MAX_CARDS = 1000

type Row = readonly [string, string]

export function renderDatasets(datasets: readonly DatasetFacts[]): HTMLElement[] {
  return renderAll(datasets, renderDataset)
}

export function renderJobs(jobs: readonly JobFacts[]): HTMLElement[] {
  return renderAll(jobs, renderJob)
}

export function renderStages(groups: readonly StagesOfJob[]): HTMLElement[] {
  return renderAll(
    groups.flatMap(({ job, stages, bound }) => stages.map((stage) => ({ job, stage, bound }))),
    ({ job, stage, bound }, index) =>
      card(
        `stage-${index}`,
        'stage',
        stage.title,
        [
          ['stage', stage.name],
          ['job', job.title],
          ...stage.rows,
          ['covered by', bound ? "the digest in the job's statement" : 'nothing: its digest is not the one stated'],
        ],
        bound ? markOf(job.outputs) : markOf([]),
      ),
  )
}

/** Holds where every one of these attestations does. */
const markOf = (datasets: readonly DatasetFacts[]) =>
  element('p', { class: 'mark', 'data-mark': datasets.map(({ node }) => node.bundle).join(' ') }, 'as stated')

function renderAll<Item>(items: readonly Item[], render: (item: Item, index: number) => HTMLElement): HTMLElement[] {
  const cards = items.slice(0, MAX_CARDS).map(render)
  const more = items.length - cards.length
  return more === 0 ? cards : [...cards, element('p', {}, `${countOf(more, 'more card')} left out of the page`)]
}

function card(id: string, kind: string, title: string, rows: readonly Row[], mark?: Child): HTMLElement {
  return element(
    'article',
    { id, class: `card ${kind}`, 'aria-labelledby': `${id}-title`, tabindex: '-1' },
    element('p', { class: 'kind' }, kind),
    element('h3', { id: `${id}-title` }, title),
    mark,
    renderRows(rows),
  )
}

function renderDataset({ node, version }: DatasetFacts): HTMLElement {
  const subject = version?.statement.subject[0]
  const known = version?.known
  const records = node.recordCount
  const rows: Row[] = [
    ['level', `L${node.level}`],
    ...(node.origin ? describeOrigin(node.origin) : []),
    ...(subject?.annotations?.kind === undefined ? [] : [['kind', subject.annotations.kind] as const]),
    ...(node.files === undefined ? [] : [['files', String(node.files)] as const]),
    ...(records === undefined ? [] : [['records', records] as const]),
    ['SHA-256', node.sha256],
    ['attested', whenOf(node.time)],
    ['signed by', node.signer ?? 'nobody'],
    ...describeCompleteness(node.completeness),
    ...(known?.kind === 'origin' || known?.kind === 'transform' ? describeDigests(known.predicate.written) : []),
    ['attestation', node.bundle],
  ]
  return card(
    datasetCard(node.bundle),
    node.origin ? 'origin' : 'dataset',
    node.name,
    rows,
    markOf([{ node, version }]),
  )
}

function describeOrigin({
  source,
  sourceType,
  collectionMethod,
  geography,
}: NonNullable<DatasetFacts['node']['origin']>): Row[] {
  const rows: (readonly [string, string | undefined])[] = [
    ['came from', source],
    ['kind of source', sourceType],
    ['collected by', collectionMethod],
    ['geography', geography],
  ]
  return rows.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]))
}

function describeCompleteness(completeness: DatasetFacts['node']['completeness']): Row[] {
  if (completeness === null) return []
  const { inputs, outputs, reasons } = completeness
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
  return [['complete', `inputs ${inputs}, outputs ${outputs}${why}`]]
}

function describeDigests(written: { digestSource?: string; files?: string | number } | undefined): Row[] {
  return written?.digestSource === undefined ? [] : [['digests made', written.digestSource]]
}

function renderJob({ title, outputs }: JobFacts, index: number): HTMLElement {
  const [first] = outputs
  const known = first?.version?.known
  const transform = known?.kind === 'transform' ? known.predicate : undefined
  const { metadata, executor } = transform ?? {}
  const rows: (readonly [string, string | undefined])[] = [
    ['type', first?.node.transform?.type],
    ['description', first?.node.transform?.description],
    ['platform', executor?.platform],
    [
      'versions',
      executor?.version &&
        Object.entries(executor.version)
          .map((pair) => pair.join(' '))
          .join(', '),
    ],
    ['began', metadata?.startedOn && whenOf(metadata.startedOn)],
    ['ended', metadata?.finishedOn && whenOf(metadata.finishedOn)],
    ['records read', metadata?.recordsInput?.toString()],
    ['records written', metadata?.recordsOutput?.toString()],
    ['bytes written', sizeOf(metadata?.bytesOutput)],
    ['read', [...new Set(outputs.flatMap(({ node }) => node.inputs.map(({ name }) => name)))].join(', ')],
    ['not resolved', transform?.unresolvedInputs?.map(({ name, reason }) => `${name} (${reason})`).join(', ')],
    ['wrote', outputs.map(({ node }) => node.name).join(', ')],
    ['invocation', metadata?.invocationId],
  ]
  return card(
    jobCard(index),
    'job',
    title,
    rows.flatMap(([label, text]) => (text ? [[label, text] as const] : [])),
    markOf(outputs),
  )
}

/** Says of each card what its attestations came to under the reader's trust. */
export function markCards(root: ParentNode, { standing, levels }: HereReport): void {
  for (const mark of root.querySelectorAll<HTMLElement>('[data-mark]')) {
    const bundles = mark.dataset.mark?.split(' ').filter(Boolean) ?? []
    const found = bundles.map((bundle) => levels.get(bundle))
    const holds = found.length > 0 && standing !== 'refused' && !found.includes(undefined)
    const level = Math.min(...found.map((each) => each ?? 0))
    mark.textContent = holds ? `${standing === 'verified' ? 'verified' : 'holds'} here, L${level}` : 'as stated'
    mark.className = `mark ${holds ? (standing === 'verified' ? 'good' : 'open') : ''}`
  }
}
