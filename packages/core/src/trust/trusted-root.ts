import { decodeBase64 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import { certificateAuthoritiesOf } from './certificate-authority.ts'
import { type TimestampAuthority, timestampAuthoritiesOf } from './timestamp-authority.ts'
import type { CertificateAuthority, TrustedLog, ValidFor } from './trust.ts'
import { readTrustedLog } from './trusted-log.ts'
import { type RootAuthority, type RootWindow, trustedRootSchema } from './trusted-root-schema.ts'

export interface TrustedRoot {
  readonly timestampAuthorities: readonly TimestampAuthority[]
  /** All of kind `fulcio`. */
  readonly certificateAuthorities: readonly CertificateAuthority[]
  readonly transparencyLogs: readonly TrustedLog[]
  readonly certificateLogs: readonly TrustedLog[]
}

const MAX_ROOT_BYTES = 1024 * 1024

/**
 * Reads Sigstore's `trusted_root.json`, version 0.1 or 0.2, as it is published.
 *
 * Refuses with `trust-invalid` whatever is malformed, a window without a start among it. A log whose key is
 * of a kind that we do not take is left out: nothing that it signed will count.
 *
 * @see L2.V.4
 */
export function parseTrustedRoot(bytes: Uint8Array): TrustedRoot {
  const parsed = trustedRootSchema.safeParse(readJson(bytes))
  if (!parsed.success) throw new MakotoError('trust-invalid', `trusted root: ${describeIssues(parsed.error)}`)
  const { timestampAuthorities, certificateAuthorities, tlogs, ctlogs } = parsed.data
  return {
    timestampAuthorities: (timestampAuthorities ?? []).flatMap((authority) =>
      timestampAuthoritiesOf(chainOf(authority), windowOf(authority.validFor)),
    ),
    certificateAuthorities: (certificateAuthorities ?? []).flatMap((authority) =>
      certificateAuthoritiesOf(chainOf(authority), windowOf(authority.validFor), 'fulcio'),
    ),
    transparencyLogs: (tlogs ?? []).flatMap((log) => readTrustedLog(log, windowOf(log.publicKey.validFor)) ?? []),
    certificateLogs: (ctlogs ?? []).flatMap((log) => readTrustedLog(log, windowOf(log.publicKey.validFor)) ?? []),
  }
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, { maxBytes: MAX_ROOT_BYTES, maxDepth: 32 })
  } catch (cause) {
    throw new MakotoError('trust-invalid', 'the trusted root is not readable JSON', { cause })
  }
}

const chainOf = ({ certChain }: RootAuthority) => certChain.certificates.map(({ rawBytes }) => decodeBase64(rawBytes))

const windowOf = ({ start, end }: RootWindow): ValidFor => ({
  start: Date.parse(start),
  end: end ? Date.parse(end) : Number.POSITIVE_INFINITY,
})
