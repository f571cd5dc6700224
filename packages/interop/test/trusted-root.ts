import { createHash } from 'node:crypto'
import { renderTrustedRoot as renderAuthorities } from '@makoto/testkit'
import type { RekorServer } from './tools.ts'

/** Sigstore's `trusted_root.json` for the servers of a test: cosign and we read the very same file. */
export function renderTrustedRoot({ chainPem, rekor }: { chainPem: string; rekor?: RekorServer }): string {
  const validFor = { start: '2020-01-01T00:00:00Z' }
  return JSON.stringify({
    ...JSON.parse(renderAuthorities({ timestampChainPem: chainPem })),
    ...(rekor && {
      tlogs: [
        {
          baseUrl: `https://${rekor.origin}`,
          hashAlgorithm: 'SHA2_256',
          publicKey: { rawBytes: spkiOf(rekor).toString('base64'), keyDetails: 'PKIX_ED25519', validFor },
          logId: { keyId: noteKeyId(rekor).toString('base64') },
        },
      ],
    }),
  })
}

/** The configuration with which cosign signs: our servers, whatever Sigstore's own one says. */
export function renderSigningConfig({ timestampUrl, rekor }: { timestampUrl: string; rekor: RekorServer }): string {
  const service = { validFor: { start: '2020-01-01T00:00:00Z' }, operator: 'interop' }
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    rekorTlogUrls: [{ url: rekor.url, majorApiVersion: 2, ...service }],
    tsaUrls: [{ url: timestampUrl, majorApiVersion: 1, ...service }],
    rekorTlogConfig: { selector: 'ANY' },
    tsaConfig: { selector: 'ANY' },
  })
}

const spkiOf = ({ key }: RekorServer) => key.export({ type: 'spki', format: 'der' })

/** C2SP signed-note: H(name, newline, algorithm 1, the 32 bytes of the key), which Rekor v2 takes in full as the log's id. */
function noteKeyId(rekor: RekorServer): Buffer {
  const raw = spkiOf(rekor).subarray(-32)
  return createHash('sha256').update(`${rekor.origin}\n`).update(Uint8Array.of(1)).update(raw).digest()
}
