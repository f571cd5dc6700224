import * as z from 'zod'
import { nameHash } from '../names.ts'

const hex = z.string().regex(/^[0-9a-f]{64}$/)

/** What a pointer object holds: a hint that is never believed before its bundle was verified. @see FORMATS §4 */
export const pointerSchema = z.looseObject({
  name: z.string().min(1),
  subject: hex,
  bundle: hex,
  time: z.iso.datetime({ offset: true }),
})
export type Pointer = z.infer<typeof pointerSchema>

export type BundleForm = 'sigstore' | 'intoto'

/** Where the attestations of one subject lie. @see FORMATS §4 */
export const attestationsPrefix = (subject: string) => `attestations/${subject}/`

/** `attestations/<subject>/<bundle>.sigstore.json`, or `.intoto.json` where it is not signed. */
export const attestationPath = (subject: string, bundle: string, form: BundleForm) =>
  `${attestationsPrefix(subject)}${bundle}.${form}.json`

/** The subject, bundle digest and form that an attestation's path states; undefined where it is no such path. */
export function readAttestationPath(path: string): { subject: string; bundle: string; form: BundleForm } | undefined {
  const [, subject, bundle, form] =
    /^attestations\/([0-9a-f]{64})\/([0-9a-f]{64})\.(sigstore|intoto)\.json$/.exec(path) ?? []
  if (subject === undefined || bundle === undefined) return undefined
  return { subject, bundle, form: form === 'sigstore' ? 'sigstore' : 'intoto' }
}

export const manifestPath = (sha256: string) => `manifests/${sha256}.sha256sums.gz`

/** The same manifest as its difference from another one. */
export const manifestDeltaPath = (sha256: string) => `manifests/${sha256}.delta.gz`

/** Where the pointers of a dataset's name lie. */
export const pointersPrefix = (name: string) => `names/${nameHash(name)}/`

/** HDFS refuses a colon in a name: `20261121T032000.000Z`. @see docs/spec/predicates.md Pointers */
export const pointerPath = ({ name, subject, bundle, time }: Pointer) =>
  `${pointersPrefix(name)}${time.replaceAll(/[-:]/g, '')}_${subject}_${bundle}`

/** What a pointer's own path states; undefined where it is no such path. */
export function readPointerPath(path: string): { time: string; subject: string; bundle: string } | undefined {
  const [, time, subject, bundle] =
    /^names\/[0-9a-f]{64}\/(\d{8}T\d{6}\.\d{3}Z)_([0-9a-f]{64})_([0-9a-f]{64})$/.exec(path) ?? []
  return time === undefined || subject === undefined || bundle === undefined ? undefined : { time, subject, bundle }
}

/** The moment in ms that a pointer's path states: `20261121T032000.000Z`. */
export const readPointerTime = (time: string) =>
  Date.parse(time.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})/, '$1-$2-$3T$4:$5:'))

export const indexPath = (name: string, subject: string, bundle: string) =>
  `indexes/${nameHash(name)}/${subject}_${bundle}.json`

/** What may stand for a run in a path: one segment, that no listing hides. @see FORMATS §2 */
export const isRunId = (text: string) => /^[A-Za-z0-9_][A-Za-z0-9._~-]{0,511}$/.test(text)

/** Where a run's numbered bundles, stage lines and DBOM lie. @see FORMATS §4 */
export const runPrefix = (runId: string) => `runs/${runId}/`

/** Number and bundle digest that a run record's path states; undefined where it is no such path. */
export function readRunRecordPath(path: string): { sequence: number; bundle: string } | undefined {
  const [, sequence, bundle] = /^runs\/[^/]+\/(\d{6})_([0-9a-f]{64})$/.exec(path) ?? []
  return sequence === undefined || bundle === undefined ? undefined : { sequence: Number(sequence), bundle }
}

/** Stage lines of one execution (`3`) or of one job outside SQL (`job-7`). @see docs/spec/predicates.md Stage */
export const stagesPath = (runId: string, owner: string, form: BundleForm) =>
  `${runPrefix(runId)}stages/${owner}.${form}.jsonl`

/** The execution or job whose stage lines lie here; undefined where it is no such path. */
export function readStagesPath(path: string): { owner: string; form: BundleForm } | undefined {
  const [, owner, form] = /^runs\/[^/]+\/stages\/([A-Za-z0-9-]{1,64})\.(sigstore|intoto)\.jsonl$/.exec(path) ?? []
  return owner === undefined ? undefined : { owner, form: form === 'sigstore' ? 'sigstore' : 'intoto' }
}

export const runDbomPath = (runId: string, form: BundleForm) => `${runPrefix(runId)}dbom.${form}.json`

/** Run and execution of an `invocationId`; undefined where it does not name both. @see docs/spec/predicates.md Transform */
export function readInvocation(invocationId: string | undefined): { runId: string; owner: string } | undefined {
  const [, runId, owner] = /^([^/]+)\/([A-Za-z0-9-]{1,64})$/.exec(invocationId ?? '') ?? []
  return runId === undefined || owner === undefined || !isRunId(runId) ? undefined : { runId, owner }
}
