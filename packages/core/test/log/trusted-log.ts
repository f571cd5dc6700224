import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { encodeUtf8, parseTrustedRoot, type TrustedLog, type TrustedRoot } from '@makoto/core'
import type { TestTransparencyLog } from '@makoto/testkit'

/** Trust in the testkit's log, read as a verifier reads it. */
export function trustLog({ trustedRootEntry }: TestTransparencyLog, changes: Partial<TrustedLog> = {}): TrustedLog {
  const [log] = readRoot({ tlogs: [trustedRootEntry] }).transparencyLogs
  if (log === undefined) throw new Error('the root holds no log')
  return { ...log, ...changes }
}

function readRoot(fields: object): TrustedRoot {
  return parseTrustedRoot(
    encodeUtf8(JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1', ...fields })),
  )
}

/** Sigstore's public-good root, as the npm package @sigstore/tuf carries it. */
export function readPublicGoodRoot(): TrustedRoot {
  const path = createRequire(import.meta.url).resolve('@sigstore/tuf/seeds.json')
  const seeds: Record<string, { targets: Record<string, string> }> = JSON.parse(readFileSync(path, 'utf8'))
  const encoded = Object.values(seeds)[0]?.targets['trusted_root.json'] ?? ''
  return parseTrustedRoot(Buffer.from(encoded, 'base64'))
}
