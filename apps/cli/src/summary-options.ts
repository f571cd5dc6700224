import {
  type AheadSigner,
  openSignerAhead,
  type Report,
  requestTimestamp,
  signSummary,
  type VerifyDatasetOptions,
} from '@makoto/core'
import type { Options, Values } from './command.ts'
import { describeDemands } from './describe-demands.ts'
import { KEY_OPTIONS, openKey } from './key-options.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import { readVersion } from './version.ts'

/** How a verification summary is signed. */
export const SUMMARY_OPTIONS = {
  'sign-key': { value: 'KEY', text: 'vsa: the private key of you as a verifier' },
  ...KEY_OPTIONS,
  'timestamp-url': { value: 'URL', text: 'vsa: RFC 3161 authority; without one the summary counts as level 1' },
} as const satisfies Options

type SummaryValues = Values<typeof SUMMARY_OPTIONS> & { readonly 'insecure-any-name'?: boolean | undefined }

export interface SummarySigning {
  readonly signerWhenNeeded: AheadSigner['whenNeeded']
  readonly timestampUrl: string | undefined
}

/**
 * Opens the key before anything is verified; a keyless one again where that took long. A dataset that was accepted under any name gets no summary: it would
 * carry the name that was asked for, and the next verifier would believe it.
 */
export async function readSummarySigning(options: SummaryValues, terminal: Terminal): Promise<SummarySigning> {
  const { 'sign-key': key, 'timestamp-url': timestampUrl } = options
  if (key === undefined) throw new UsageError('--format vsa is signed: --sign-key KEY is missing')
  if (options['insecure-any-name'])
    throw new UsageError('--format vsa does not go with --insecure-any-name: whose name would the summary carry?')
  if (timestampUrl !== undefined && !/^https?:$/.test(URL.parse(timestampUrl)?.protocol ?? ''))
    throw new UsageError(`--timestamp-url ${timestampUrl} is no http(s) URL`)
  const { whenNeeded } = await openSignerAhead(() => openKey(key, options, terminal))
  return { signerWhenNeeded: whenNeeded, timestampUrl }
}

export async function writeSummary(
  report: Report,
  asked: VerifyDatasetOptions,
  { signerWhenNeeded, timestampUrl }: SummarySigning,
): Promise<Uint8Array> {
  return signSummary(report, {
    signer: await signerWhenNeeded(),
    policy: { uri: 'https://makoto.dev/policies/command-line/v1', document: describeDemands(report, asked) },
    version: { 'makoto-cli': readVersion() },
    ...(timestampUrl === undefined
      ? {}
      : { timestamp: (signature: Uint8Array) => requestTimestamp(timestampUrl, signature) }),
  })
}
