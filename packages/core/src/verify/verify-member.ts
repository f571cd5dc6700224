import { type DatasetDigest, digestFile, localPath } from '../digest/index.ts'
import { checkManifestPath } from '../digest/manifest-path.ts'
import { MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import { requiredLevel } from '../policy/index.ts'
import { firstRefutation, passed, unmet } from './check.ts'
import { checkDemands } from './check-demands.ts'
import { checkRendering } from './check-rendering.ts'
import { nameOfDataset } from './dataset-names.ts'
import { readEntitledHistory } from './hear-entitled.ts'
import { judge } from './judge.ts'
import { judgeNewest, latestOf, newestOf } from './judge-newest.ts'
import { kindOfSet, matchMember } from './match-member.ts'
import { questionVersion } from './question-version.ts'
import { type Attestation, readAnyAttestation } from './read-attestation.ts'
import type { MemberProof, Report } from './report.ts'
import { type OwnAnswers, tellReport } from './tell-report.ts'
import { DEFAULT_SKEW_MS } from './verify-bundle.ts'
import { decideChain, rememberProven, renderingRules, trustOf, type VerifyDatasetOptions } from './verify-dataset.ts'
import { type KnownVersion, type VersionHistory, versionOf } from './version-history.ts'
import { walkInputs } from './walk-inputs.ts'

export interface VerifyMemberOptions extends VerifyDatasetOptions {
  /** The file's path in the dataset's manifest. Default: where it lies below the dataset. */
  readonly path?: string | undefined
}

/**
 * Verifies that one file belongs to the newest attested version of a dataset, and that version's chain, without
 * reading the dataset's other files: what is proven of the data is proven for this file only.
 *
 * Rejects, as `verifyDataset` does, only where something could not be checked at all.
 *
 * @see FORMATS §1 merkleRoot, L2.V.10
 */
export async function verifyMember(file: string, dataset: string, options: VerifyMemberOptions): Promise<Report> {
  checkDemands(options)
  const { store, policy, origins = 'any', skewMs = DEFAULT_SKEW_MS, limits = {} } = options
  const trust = trustOf(options)
  const asked = await readMember(file, dataset, options)
  const required = options.level ?? (policy && requiredLevel(policy, asked.name)) ?? 2
  const shown = await readEntitledHistory([asked.name], { store, trust, policy })
  const version = chooseVersion(shown, asked.name, options.expectVersion)
  // A table has two names, and a later version may have moved away from one of them.
  const others = version?.names.filter((name) => name !== asked.name) ?? []
  const all = [asked.name, ...others]
  const history = others.length === 0 ? shown : await readEntitledHistory(all, { store, trust, policy })
  const attestation = version && (await readAnyAttestation(store, version, trust))
  const own = await questionMember(attestation, asked, history, { ...options, at: trust.at })
  const chain =
    attestation && firstRefutation(own.checks) === undefined
      ? await walkInputs(attestation, { store, trust, policy, skewMs, limits })
      : { nodes: [], checks: [] }
  const rendering = renderingRules(options)
  const decision = policy && (await decideChain(chain, asked.found, { policy, store, trust, rendering }))
  const judgement = judge(own.checks, chain, {
    required,
    origins,
    rendering: rendering.mode,
    decision: decision?.check,
  })
  const described = describeMember(dataset, asked, attestation, own.member)
  const told = { dataset: described, rendering: asked.found.rendering, own, decision, required, at: trust.at }
  const report = tellReport(judgement, told)
  await rememberProven(report, attestation, options.memory)
  return report
}

interface FoundMember {
  readonly name: string
  readonly path: string
  readonly found: DatasetDigest
}

async function readMember(file: string, dataset: string, options: VerifyMemberOptions): Promise<FoundMember> {
  const path = options.path ?? placeBelow(file, dataset)
  checkManifestPath(path)
  const rendering = renderingRules(options).mode !== 'off'
  const found = await digestFile(localPath(file), { ...options.digest, rendering })
  return { name: nameOfDataset(dataset, options.name), path, found }
}

/** By the names alone: nothing is resolved, so no link decides which member is meant. */
function placeBelow(file: string, dataset: string): string {
  const root = pathOfDatasetName(datasetName(dataset))
  const place = pathOfDatasetName(datasetName(file))
  if (root !== undefined && place?.startsWith(`${root}/`)) return place.slice(root.length + 1)
  throw new MakotoError(
    'options-invalid',
    `${file} does not lie below ${dataset}, so its path in there is not known.`,
    {
      hint: 'Give the path that it has in the dataset.',
    },
  )
}

/** The version that the caller expects, if the store knows it under this name; else the newest. */
function chooseVersion(history: VersionHistory, name: string, expected: string | undefined): KnownVersion | undefined {
  const all = [...history.versions.values()].filter(
    ({ names, subject }) => names.includes(name) && subject === expected,
  )
  const signed = all.filter(({ signer }) => signer !== undefined)
  return latestOf(signed.length > 0 ? signed : all) ?? newestOf(history, name)
}

async function questionMember(
  attestation: Attestation | undefined,
  { name, path, found }: FoundMember,
  history: VersionHistory,
  options: VerifyMemberOptions,
): Promise<OwnAnswers & { readonly member?: MemberProof }> {
  const version = versionOf(attestation)
  if (attestation === undefined || version === undefined)
    return {
      checks: [unmet('attestation', 'attestation', `the store knows no version of ${name}`)],
      newestKnown: 'unknown',
    }
  const { sha256, bytes } = found
  const { checks, member } = await matchMember(
    attestation.report,
    { name, path, found: { sha256, size: bytes } },
    options.store,
  )
  const newest = judgeNewest(version, history)
  const questions = { ...options, found: version.subject }
  const { newestKnown, checks: asked } = await questionVersion(attestation, newest, history, questions)
  return {
    checks: [
      passed('attestation', 'attestation', attestation.path),
      ...attestation.report.checks,
      ...checks,
      ...asked,
      // A stated analysis is of the whole set: nothing to compare with one file.
      ...checkRendering(found, undefined, renderingRules(options)),
    ],
    newestKnown,
    ...(member ? { member } : {}),
  }
}

function describeMember(
  dataset: string,
  { name, found }: FoundMember,
  attestation: Attestation | undefined,
  member: MemberProof | undefined,
): Report['dataset'] {
  const uri = datasetName(dataset).slice('dataset:'.length)
  const read = { files: 1, bytes: String(found.bytes), leftOut: 0 }
  const version = versionOf(attestation)
  if (version === undefined) return { name, uri, kind: 'file', sha256: found.sha256, ...read }
  const kind = kindOfSet(attestation?.report.statement?.subject[0])
  return { name, uri, kind, sha256: version.subject, ...read, ...(member ? { member } : {}) }
}
