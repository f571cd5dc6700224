import { formatPem, type Report, type TransformPredicate } from '@makoto/core'
import { openAgent, RUN } from '../../core/test/verify/agent.ts'
import { openScene, type Scene } from '../../core/test/verify/scene.ts'
import { gatherReport, type ReportData, renderPage } from '../src/index.ts'

/** A lake with two sources and a job that writes two datasets, the second of them for the second time. */
export interface Story {
  readonly scene: Scene
  readonly report: Report
  readonly data: ReportData
  readonly html: string
  readonly keyPem: string
  readonly rootPem: string
}

export interface StoryChanges {
  readonly dataset?: string
  readonly job?: string
  readonly stage?: string
  readonly file?: string
  /** One of the sources is attested without a key. */
  readonly unsigned?: boolean
}

export async function tellStory({
  dataset = 'orders',
  job = 'clean orders',
  stage = 'save at Orders.scala:20',
  file = 'part-2.csv',
  unsigned = false,
}: StoryChanges = {}): Promise<Story> {
  const scene = await openScene()
  scene.write('raw', { 'a.csv': 'id,amount\n1,10\n', 'b.csv': 'id,amount\n2,20\n' })
  scene.write('rates', 'currency,rate\nEUR,1.1\n')
  const attestRates = () => scene.attest('rates', unsigned ? { signer: undefined, timestampUrl: undefined } : {})
  const raw = await scene.attest('raw')
  const before = await attestRates()
  scene.write(dataset, { 'part-0.csv': '1,11\n', 'part-1.csv': '2,22\n' })
  const predicate = (execution: string, spark: string): Partial<TransformPredicate> => ({
    executor: { id: `${scene.signer.id}#agent`, platform: 'apache-spark', version: { spark } },
    transform: { type: 'https://makoto.dev/transforms/spark-batch', name: job, description: 'amounts in euros' },
    metadata: {
      invocationId: `${RUN}/${execution}`,
      startedOn: scene.now().toISOString(),
      finishedOn: scene.now().toISOString(),
      recordsInput: '3',
      recordsOutput: '2',
    },
  })
  const first = await scene.transform(dataset, [raw, before], {
    run: RUN,
    execution: '1',
    predicate: predicate('1', '3.5.1'),
  })
  scene.write(dataset, { 'part-1.csv': '2,23\n', [file]: '3,33\n' })
  scene.write('rates', 'currency,rate\nEUR,1.2\n')
  const rates = await attestRates()
  const previous = { sha256: first.sha256, attestationDigest: { sha256: first.bundle } }
  const stagesRef = await openAgent(scene).stages('2', [
    { id: 0, reads: [raw], facts: { name: 'csv at Orders.scala:12', tasks: 2 } },
    { id: 1, reads: [rates], facts: { name: 'csv at Orders.scala:13', tasks: 1 } },
    { id: 2, parents: [0, 1], facts: { name: stage, tasks: 2, recordsWritten: '2' } },
  ])
  const last = { ...predicate('2', '3.5.3'), stagesRef }
  await scene.transform(dataset, [raw, rates], { run: RUN, execution: '2', previous, predicate: last })
  const report = await scene.verify(dataset)
  const data = await gatherReport(report, {
    store: scene.store,
    trust: { ...scene.trust, at: scene.now() },
    madeBy: 'makoto 0.1.0',
  })
  const [key] = scene.trust.keys
  const keyPem = formatPem('PUBLIC KEY', key?.spki ?? new Uint8Array())
  return { scene, report, data, html: renderPage(data), keyPem, rootPem: scene.authority.rootPem }
}
