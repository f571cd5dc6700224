import './schemas-without-eval.ts'
import type { ReportData } from '../report-data.ts'
import { markCards, renderDatasets, renderJobs, renderStages } from './cards.ts'
import { openCarriedStore } from './carried-store.ts'
import { renderChange } from './change-view.ts'
import { compareVersions } from './changes.ts'
import { element, visible } from './element.ts'
import { findJobs, readDatasets, readVersion } from './facts.ts'
import { drawLineage } from './lineage.ts'
import { renderRequirements, showAnswers } from './requirements.ts'
import { readStages } from './stages.ts'
import { renderTrustDrop } from './trust-drop.ts'
import { makerOf, renderVerdict, showDoubt } from './verdict.ts'
import { type HereReport, verifyHere } from './verify-here.ts'
import { frameDrawing } from './viewport.ts'
import { whenOf } from './words.ts'

const root = document.getElementById('report')
const block = document.getElementById('report-data')
if (root !== null && block !== null) void showReport(root, JSON.parse(block.textContent ?? ''))

async function showReport(root: HTMLElement, data: ReportData): Promise<void> {
  document.title = visible(`${data.report.verdict}: ${data.report.dataset.name}`)
  const store = openCarriedStore(data.objects)
  const datasets = await readDatasets(store, data.report.chain)
  const jobs = findJobs(datasets)
  const stages = (await Promise.all(jobs.map((job) => readStages(store, job)))).filter((found) => found !== undefined)
  const status = element('p', { id: 'here', role: 'status', class: 'here' }, asStated(data))
  const picture = drawLineage(datasets, jobs)
  const drop = renderTrustDrop(async (reader) => show(root, status, data, await verifyHere(data, store, reader)))
  root.replaceChildren(
    renderVerdict(data),
    section('verify', 'Believe it yourself', status, drop, limits()),
    section(
      'lineage',
      'Lineage',
      frameDrawing(picture.svg, picture),
      picture.leftOut === 0 ? undefined : element('p', {}, `${picture.leftOut} boxes are left out of the picture.`),
    ),
    section('changes', 'Since the version before', ...renderChange(await findChange(data, store))),
    section('datasets', 'Datasets', element('div', { class: 'cards' }, renderDatasets(datasets))),
    section('jobs', 'Jobs', element('div', { class: 'cards' }, renderJobs(jobs))),
    section('stages', 'Stages', element('div', { class: 'cards' }, renderStages(stages))),
    section('requirements', 'Requirements', renderRequirements(data.report)),
    renderFooter(data),
  )
}

function section(id: string, title: string, ...children: Parameters<typeof element>[2][]): HTMLElement {
  const heading = element('h2', { id: `${id}-title` }, title)
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...children)
}

const asStated = (data: ReportData) => `As stated by ${makerOf(data)}, on ${whenOf(data.report.verifiedOn)}.`

const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1)

async function findChange(data: ReportData, store: ReturnType<typeof openCarriedStore>) {
  if (data.attestation === null || data.previous === null) return undefined
  const pathOf = ({ subject, bundle, form }: NonNullable<ReportData['previous']>) =>
    `attestations/${subject}/${bundle}.${form}.json`
  const [before, after] = await Promise.all([
    readVersion(store, pathOf(data.previous)),
    readVersion(store, pathOf(data.attestation)),
  ])
  return before && after && (await compareVersions(store, before, after))
}

function show(root: HTMLElement, status: HTMLElement, data: ReportData, here: HereReport): void {
  status.className = `here ${here.verified ? 'good' : 'bad'}`
  status.textContent = visible(
    here.verified
      ? `Verified here, L${here.level}. ${here.sentence}`
      : `Not believed in this browser. ${here.sentence} What stands here is ${lowerFirst(asStated(data))}`,
  )
  showDoubt(root, data, here)
  markCards(root, here.signed)
  showAnswers(root, here.checks)
}

function limits(): HTMLElement {
  return element(
    'p',
    { class: 'limits' },
    'This page verifies signatures, times and the chain; it does not hold the data. Whether your files are the ones with this digest, and whether a later version is known, only makoto verify can say. And a page is only as good as the script in it: where you do not trust its maker, use the command.',
  )
}

function renderFooter({ madeBy, report, leftOut }: ReportData): HTMLElement {
  const gaps = leftOut.length === 0 ? '' : ` Too large to travel along: ${leftOut.slice(0, 20).join(', ')}.`
  return element(
    'footer',
    {},
    element('p', {}, `Made by ${madeBy} on ${whenOf(report.verifiedOn)}. It asks no network for anything.${gaps}`),
  )
}
