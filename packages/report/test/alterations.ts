import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8, sha256Hex } from '@makoto/core'
import type { ReportData } from '../src/index.ts'

/** What somebody does to a page before passing it on. */
export type Alter = (data: ReportData) => ReportData

type Node = ReportData['report']['chain'][number]

const pathOf = (data: ReportData, bundle = data.attestation?.bundle) =>
  `attestations/${data.attestation?.subject}/${bundle}.${data.attestation?.form}.json`

const alterReport =
  (change: (report: ReportData['report']) => Partial<ReportData['report']>): Alter =>
  (data) => ({ ...data, report: { ...data.report, ...change(data.report) } })

export const alterNode = (is: (node: Node) => boolean, change: (node: Node) => Partial<Node>): Alter =>
  alterReport(({ chain }) => ({ chain: chain.map((node) => (is(node) ? { ...node, ...change(node) } : node)) }))

const isOwn = ({ depth }: Node) => depth === 0
const isOrigin = ({ origin }: Node) => origin !== undefined

const alterObject =
  (wanted: RegExp, change: (bytes: Uint8Array) => Uint8Array): Alter =>
  (data) => {
    const paths = Object.keys(data.objects).filter((path) => wanted.test(path))
    if (paths.length === 0) throw new Error(`the story has no ${wanted}`)
    const altered = paths.map((path) => [path, encodeBase64(change(decodeBase64(data.objects[path] ?? '')))])
    return { ...data, objects: { ...data.objects, ...Object.fromEntries(altered) } }
  }

const flipBit = (bytes: Uint8Array) => bytes.with(40, (bytes[40] ?? 0) ^ 1)

/** Another signature, and every name on the page made to fit it. */
const alterSignature: Alter = (data) => {
  const [own, ...others] = data.report.chain
  if (data.attestation === null || own === undefined) throw new Error('the story has an attestation')
  const text = decodeUtf8(decodeBase64(data.objects[pathOf(data)] ?? ''))
  const bytes = encodeUtf8(text.replace(/"sig":"(.{20})../, '"sig":"$1AA'))
  const bundle = sha256Hex(bytes)
  const path = pathOf(data, bundle)
  return {
    ...data,
    attestation: { ...data.attestation, bundle },
    objects: { ...data.objects, [path]: encodeBase64(bytes) },
    report: { ...data.report, chain: [{ ...own, bundle, reference: path }, ...others] },
  }
}

/** A version before that nobody attested, so that what changed looks harmless. */
const forgePrevious: Alter = (data) => {
  if (data.previous === null) throw new Error('the story has a version before')
  const { payload } = JSON.parse(decodeUtf8(decodeBase64(data.objects[pathOf(data)] ?? ''))).dsseEnvelope
  const bytes = decodeBase64(payload)
  const previous = { subject: data.previous.subject, bundle: sha256Hex(bytes), form: 'intoto' as const }
  const path = `attestations/${previous.subject}/${previous.bundle}.intoto.json`
  return { ...data, previous, objects: { ...data.objects, [path]: encodeBase64(bytes) } }
}

/** Words of an unsigned statement on the card of a signed one. */
const pointElsewhere: Alter = (data) => {
  const bytes = encodeUtf8('{}')
  const bundle = sha256Hex(bytes)
  const reference = `attestations/${data.attestation?.subject}/${bundle}.intoto.json`
  const altered = { ...data, objects: { ...data.objects, [reference]: encodeBase64(bytes) } }
  return alterNode(isOwn, () => ({ reference }))(altered)
}

/** What contradicts, and the reason that the page has to give. */
export const REFUSED: Readonly<Record<string, readonly [Alter, RegExp]>> = {
  'a byte of a bundle': [
    (data) => alterObject(new RegExp(pathOf(data)), flipBit)(data),
    /holds other bytes than its name/,
  ],
  'a byte of an upstream bundle': [
    (data) => {
      const origin = data.report.chain.find(isOrigin)
      return alterObject(new RegExp(origin?.bundle ?? ''), flipBit)(data)
    },
    /holds other bytes than its name/,
  ],
  'bytes that are no base64': [
    (data) => ({ ...data, objects: { ...data.objects, [pathOf(data)]: '%%%' } }),
    /holds other bytes than its name/,
  ],
  'a signature, with every name made to fit': [alterSignature, /signature: does not hold/],
  'the digest of the data': [
    alterReport(({ dataset }) => ({ dataset: { ...dataset, sha256: 'f'.repeat(64) } })),
    /about other bytes than the report/,
  ],
  'the name of the data': [
    alterReport(({ dataset }) => ({ dataset: { ...dataset, name: 'dataset:s3://bank/accounts' } })),
    /about another dataset than the report/,
  ],
  'how many files it has': [
    alterReport(({ dataset }) => ({ dataset: { ...dataset, files: 7 } })),
    /counts 7 files, its attestation 3/,
  ],
  'what kind of data it is': [
    alterReport(({ dataset }) => ({ dataset: { ...dataset, kind: 'file' } })),
    /speaks of file, its attestation of files/,
  ],
  'origins that were only observed': [alterReport(() => ({ observedOrigins: 5 })), /counts 5 origins/],
  'a hidden input': [alterReport(({ chain }) => ({ chain: chain.slice(0, -1) })), /another chain/],
  'one input shown twice, for another': [
    alterReport(({ chain: [own, first] }) => ({ chain: [own, first, first].filter((node) => node !== undefined) })),
    /another chain/,
  ],
  'an edge of the chain': [
    alterNode(isOwn, ({ inputs: [first, ...others], bundle }) => ({
      inputs: first ? [{ ...first, bundle }, ...others] : [],
    })),
    /what its attestation does not say/,
  ],
  'an edge that is left out': [
    alterNode(isOwn, ({ inputs }) => ({ inputs: inputs.slice(1) })),
    /what its attestation does not say/,
  ],
  'the name of an input': [
    alterNode(isOrigin, () => ({ name: 'dataset:s3://eu/clean' })),
    /says of dataset:s3:\/\/eu\/clean/,
  ],
  'where an origin came from': [
    alterNode(isOrigin, ({ origin }) => ({ origin: { ...origin, source: 'https://statistics.example' } })),
    /what its attestation does not say/,
  ],
  'what a job did': [
    alterNode(isOwn, ({ transform }) => ({ transform: { type: transform?.type ?? '', name: 'anonymise' } })),
    /what its attestation does not say/,
  ],
  'the files of an input': [alterNode(isOrigin, () => ({ files: 1_000_000 })), /what its attestation does not say/],
  'whether it is complete': [alterNode(isOwn, () => ({ completeness: null })), /what its attestation does not say/],
  'who signed': [alterNode(isOwn, () => ({ signer: 'spki:sha256:somebody' })), /what its attestation does not say/],
  'when it was signed': [
    alterNode(isOwn, () => ({ time: '2020-01-01T00:00:00.000Z' })),
    /what its attestation does not say/,
  ],
  'the words of a card, taken from elsewhere': [pointElsewhere, /what its attestation does not say/],
  'the stages in the report': [
    alterNode(isOwn, ({ stages }) => (stages ? { stages: { ...stages, lines: 1 } } : {})),
    /what its attestation does not say/,
  ],
  'a line of a stage': [alterObject(/\/stages\//, flipBit), /stages/],
  'a line of a stage, made unreadable': [alterObject(/\/stages\//, (bytes) => bytes.with(40, 0xff)), /stages/],
  'a stage that is left out': [
    alterObject(/\/stages\//, (bytes) => encodeUtf8(`${decodeUtf8(bytes).split('\n').slice(0, 2).join('\n')}\n`)),
    /stages/,
  ],
  'the version before': [forgePrevious, /version before is not the one/],
}

const claimRow =
  (id: string): Alter =>
  (data) =>
    alterReport(({ requirements }) => ({
      requirements: requirements.map((row) => (row.id === id ? { ...row, status: 'pass', evidence: 'surely' } : row)),
    }))(data)

/** What nothing contradicts, and what does not come out in the reader's browser. */
export const UNREACHED: Readonly<Record<string, readonly [Alter, RegExp]>> = {
  'a higher level': [alterReport(() => ({ level: 3 })), /The report states level 3/],
  'a higher level of an input': [alterNode(isOrigin, () => ({ level: 3 })), /states level 3 for .*level 2 is proven/],
  'a row that is met': [claimRow('L3.V.5'), /states as met what was not met here: L3\.V\.5/],
  'a verdict that was another': [alterReport(() => ({ verdict: 'NOT PROVEN' })), /Its verdict stays NOT PROVEN/],
}

/** What has no form that the page's script knows. */
export const UNREADABLE: Readonly<Record<string, (data: ReportData) => object>> = {
  'nothing at all': () => ({}),
  'a chain that is none': (data) => ({ ...data, report: { ...data.report, chain: [{}] } }),
  'a status that there is not': (data) => ({
    ...data,
    report: { ...data.report, requirements: [{ ...data.report.requirements[0], status: 'verified here' }] },
  }),
  'a place that is none': (data) => ({ ...data, attestation: { subject: '../x', bundle: 'y', form: 'sigstore' } }),
}
