import type { TestTransparencyLog } from '../transparency-log/log.ts'
import type { TestFulcio } from './fulcio.ts'

export interface TrustedRootParts {
  readonly fulcio?: TestFulcio
  /** PEM of a timestamp authority's chain, signer first. */
  readonly timestampChainPem?: string
  readonly log?: TestTransparencyLog
}

/** Sigstore's `trusted_root.json` for the testkit's own authorities: cosign reads it, and so do we. */
export function renderTrustedRoot({ fulcio, timestampChainPem, log }: TrustedRootParts): string {
  const validFor = { start: '2020-01-01T00:00:00Z' }
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    ...(fulcio && {
      certificateAuthorities: [
        {
          subject: { organization: 'makoto test', commonName: 'fulcio' },
          uri: fulcio.url,
          certChain: { certificates: fulcio.chain.map((issued) => ({ rawBytes: issued.der.toString('base64') })) },
          validFor,
        },
      ],
      ctlogs: [
        {
          baseUrl: `${fulcio.url}/ctlog`,
          hashAlgorithm: 'SHA2_256',
          publicKey: { rawBytes: fulcio.log.spki.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
          logId: { keyId: Buffer.from(fulcio.log.id, 'hex').toString('base64') },
        },
      ],
    }),
    ...(log && { tlogs: [log.trustedRootEntry] }),
    ...(timestampChainPem !== undefined && {
      timestampAuthorities: [
        {
          subject: { organization: 'makoto test', commonName: 'tsa' },
          certChain: { certificates: readPem(timestampChainPem).map((rawBytes) => ({ rawBytes })) },
          validFor,
        },
      ],
    }),
  })
}

const readPem = (pem: string) =>
  pem
    .split('-----END CERTIFICATE-----')
    .map((block) => block.replace(/-----[^-]+-----|\s/g, ''))
    .filter((body) => body !== '')
