import { openSigner, requestTimestamp, signStatement, submitLogEntry } from '@makoto/core'
import type { Service, SigningConfig } from '@sigstore/protobuf-specs'

/** Where a keyless signature of Makoto's own goes. */
export interface SigningServices {
  readonly authority: string
  readonly log: string
  readonly timestamps: string
}

/** Undefined where the configuration names another kind of log than Rekor v2, or no timestamp authority. */
export function chooseServices({ caUrls, rekorTlogUrls, tsaUrls }: SigningConfig): SigningServices | undefined {
  const [authority, log, timestamps] = [newest(caUrls), newest(rekorTlogUrls), newest(tsaUrls)]
  if (authority === undefined || timestamps === undefined || log?.majorApiVersion !== 2) return undefined
  return { authority: authority.url, log: log.url, timestamps: timestamps.url }
}

function newest(services: readonly Service[]): Service | undefined {
  const startOf = ({ validFor }: Service) => validFor?.start?.getTime() ?? 0
  return services
    .filter(({ validFor }) => (validFor?.end?.getTime() ?? Number.POSITIVE_INFINITY) >= Date.now())
    .sort((a, b) => startOf(b) - startOf(a))[0]
}

/** Signs as `makoto attest --key sigstore:` does: the bundle that Makoto itself would write. */
export async function signOwnStatement(
  statement: Uint8Array,
  identityToken: string,
  { authority, log, timestamps }: SigningServices,
): Promise<Uint8Array> {
  const signer = await openSigner('sigstore:', { endpoint: authority, identityToken })
  return signStatement(statement, signer, {
    timestamp: (signature) => requestTimestamp(timestamps, signature),
    log: (signed) => submitLogEntry(log, signed),
  })
}
