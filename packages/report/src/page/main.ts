import './schemas-without-eval.ts'
import type { ReportData } from '../report-data.ts'
import { markCards, renderDatasets, renderJobs, renderStages } from './cards.ts'
import { openCarriedStore } from './carried-store.ts'
import { renderChange, renderNoChange } from './change-view.ts'
import { compareVersions } from './changes.ts'
import { element, visible } from './element.ts'
import { findJobs, readDatasets, readVersion } from './facts.ts'
import { drawLineage } from './lineage.ts'
import { readData } from './read-data.ts'
import { renderRequirements, showAnswers } from './requirements.ts'
import { readStages } from './stages.ts'
import { renderTrustDrop } from './trust-drop.ts'
import { makerOf, renderVerdict, showStanding } from './verdict.ts'
import { type HereReport, refuse, verifyHere } from './verify-here.ts'
import { frameDrawing } from './viewport.ts'
import { whenOf } from './words.ts'

const root = document.getElementById('report')
const block = document.getElementById('report-data')
if (root !== null && block !== null) {
  const data = readData(block.textContent ?? '')
  if (typeof data === 'string') root.replaceChildren(element('p', { id: 'here', class: 'here bad' }, refuseData(data)))
  else void showReport(root, data)
}

async function showReport(root: HTMLElement, data: ReportData): Promise<void> {
  document.title = visible(`${data.report.verdict}: ${data.report.dataset.name}`)
  const store = openCarriedStore(data.objects)
  const datasets = await readDatasets(store, data.report.chain)
  const jobs = findJobs(datasets)
  const stages = (await Promise.all(jobs.map((job) => readStages(store, job)))).filter((found) => found !== undefined)
  const status = element('p', { id: 'here', role: 'status', class: 'here' }, asStated(data))
  const picture = drawLineage(datasets, jobs)
  const drop = renderTrustDrop(async (reader) => {
    // Whatever comes of it, what was said before about other keys is no longer true.
    show(root, status, data, UNCHECKED)
    status.textContent = 'Being checked in this browser.'
    show(root, status, data, await verifyHere(data, store, reader).catch(refuseBroken))
  })
  root.replaceChildren(
    renderVerdict(data),
    section('verify', 'Believe it yourself', status, drop, limits()),
    section(
      'lineage',
      'Lineage',
      frameDrawing(picture.svg, picture),
      picture.leftOut === 0 ? undefined : element('p', {}, `${picture.leftOut} boxes are left out of the picture.`),
    ),
    section('changes', 'Since the version before', ...(await renderChanges(data, store))),
    section('datasets', 'Datasets', element('div', { class: 'cards' }, renderDatasets(datasets))),
    section('jobs', 'Jobs', element('div', { class: 'cards' }, renderJobs(jobs))),
    section('stages', 'Stages', element('div', { class: 'cards' }, renderStages(stages))),
    section('requirements', 'Requirements', ...renderRequirements(data.report)),
    renderFooter(data),
  )
}

function section(id: string, title: string, ...children: Parameters<typeof element>[2][]): HTMLElement {
  const heading = element('h2', { id: `${id}-title` }, title)
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...children)
}

const asStated = (data: ReportData) => `As stated by ${makerOf(data)}, on ${whenOf(data.report.verifiedOn)}.`

const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1)

function refuseData(fault: string): string {
  return `Not believed in this browser: what this page carries is not as it was written (${fault}).`
}

const UNCHECKED = refuse('')

const refuseBroken = (error: unknown) =>
  refuse(`The check broke off: ${error instanceof Error ? error.message : String(error)}.`)

async function renderChanges(data: ReportData, store: ReturnType<typeof openCarriedStore>): Promise<HTMLElement[]> {
  const pathOf = ({ subject, bundle, form }: NonNullable<ReportData['previous']>) =>
    `attestations/${subject}/${bundle}.${form}.json`
  const after = data.attestation === null ? undefined : await readVersion(store, pathOf(data.attestation))
  const before = data.previous === null ? undefined : await readVersion(store, pathOf(data.previous))
  return before && after ? renderChange(await compareVersions(store, before, after)) : renderNoChange(after)
}

const TONES = { verified: 'good', partly: 'open', refused: 'bad' } as const

function show(root: HTMLElement, status: HTMLElement, data: ReportData, here: HereReport): void {
  status.className = `here ${TONES[here.standing]}`
  status.textContent = visible(tellStanding(data, here))
  showStanding(root, data, here)
  markCards(root, here)
  showAnswers(root, here.checks)
}

function tellStanding(data: ReportData, { standing, level, sentence }: HereReport): string {
  if (standing === 'verified') return `Verified here, L${level}. ${sentence}`
  const stated = `What stands here is ${lowerFirst(asStated(data))}`
  if (standing === 'partly')
    return `Holds in this browser up to L${level}, and not all that is stated. ${sentence} ${stated}`
  return `Not believed in this browser. ${sentence} ${stated}`
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
