import {
  askMore,
  canonicalize,
  DEFAULT_SKEW_MS,
  decodeUtf8,
  type JsonObject,
  type JsonValue,
  type PublicKey,
  type Report,
  sha256Hex,
  type Trust,
  type VerifyDatasetOptions,
} from '@makoto/core'

/**
 * Everything that a verification asked for, and whom it believed, so that a reader of its summary need not guess and two
 * demands share one digest only if they are the same. Lists are sorted and hold nothing twice. Places are nobody's business.
 *
 * @see docs/spec/predicates.md Verification summary
 */
export function describeDemands({ required }: Pick<Report, 'required'>, asked: VerifyDatasetOptions): JsonObject {
  const { policy, digest = {}, limits = {} } = asked
  const { timestampThreshold, logThreshold } = askMore(asked.trust, asked)
  return present({
    level: required,
    origins: asked.origins ?? 'any',
    acceptPartial: sorted(asked.acceptReasons ?? []),
    expectVersion: asked.expectVersion,
    memory: asked.memory !== undefined,
    maxAgeMs: asked.maxAgeMs,
    skewMs: asked.skewMs ?? DEFAULT_SKEW_MS,
    rendering: asked.rendering ?? 'warn',
    renderingAllow: sorted(asked.renderingAllow ?? []),
    timestamps: timestampThreshold || undefined,
    logs: logThreshold || undefined,
    maxAttestations: limits.maxNodes,
    insecureUnlisted: asked.insecureUnlisted ?? false,
    data: present({ as: digest.as, strict: digest.strict ?? false, symlinks: digest.symlinks ?? 'refuse' }),
    policyFiles: policy && sorted(policy.sources.map(({ sha256 }) => sha256)),
    ...describeTrust(asked.trust),
  })
}

function describeTrust(trust: Trust): Record<string, JsonValue> {
  const { certificateAuthorities = [], transparencyLogs = [], certificateLogs = [], identities = [] } = trust
  return {
    keys: sorted(trust.keys.map((key) => ({ ...describeKey(key), ...describeDates(key) }))),
    identities: sorted(
      identities.map(({ subject, issuer, authorityIds }) =>
        present({ subject, issuer, authorityIds: authorityIds && sorted(authorityIds) }),
      ),
    ),
    certificateAuthorities: sorted(
      certificateAuthorities.map((authority) => ({ kind: authority.kind, ...describeAuthority(authority) })),
    ),
    timestampAuthorities: sorted(
      trust.timestampAuthorities.map((authority) => ({
        ...describeAuthority(authority),
        signers: digestsOf(authority.signers),
      })),
    ),
    transparencyLogs: sorted(transparencyLogs.map(describeLog)),
    certificateLogs: sorted(certificateLogs.map(describeLog)),
    witnesses: sorted((trust.witnesses ?? []).map(({ name, key }) => ({ name, key: key.id }))),
    witnessThreshold: trust.witnessThreshold ?? 0,
  }
}

const describeKey = ({ id, algorithm, hash }: PublicKey) => ({ id, algorithm, hash })

function describeDates({ validFor, revokedOn }: Trust['keys'][number]): JsonObject {
  const revoked = revokedOn === undefined ? undefined : Number.isFinite(revokedOn) ? dateOf(revokedOn) : 'always'
  return present({ validFor: validFor && describeWindow(validFor), revokedOn: revoked })
}

type Authority = Trust['timestampAuthorities'][number]

const describeAuthority = ({ id, intermediates, validFor }: Pick<Authority, 'id' | 'intermediates' | 'validFor'>) => ({
  id,
  intermediates: digestsOf(intermediates),
  validFor: describeWindow(validFor),
})

const digestsOf = (certificates: Authority['signers']) => sorted(certificates.map(({ der }) => sha256Hex(der)))

const describeLog = ({ id, origin, key, validFor }: NonNullable<Trust['transparencyLogs']>[number]) =>
  present({ id, origin, key: describeKey(key), validFor: describeWindow(validFor) })

/** Without a bound where there is none; what several files of a policy name with windows that do not meet is valid at no time. */
const describeWindow = ({ start, end }: Authority['validFor']) =>
  start > end
    ? 'never'
    : present({
        start: Number.isFinite(start) ? dateOf(start) : undefined,
        end: Number.isFinite(end) ? dateOf(end) : undefined,
      })

const dateOf = (time: number) => new Date(time).toISOString()

function present(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

/** Each once, in the order of their canonical forms. */
function sorted<Value extends JsonValue>(values: readonly Value[]): Value[] {
  const byForm = new Map(values.map((value) => [decodeUtf8(canonicalize(value)), value]))
  return [...byForm].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}
