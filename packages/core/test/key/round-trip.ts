import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import {
  buildOrigin,
  PREDICATE,
  parsePublicKey,
  parseTimestampAuthorities,
  requestTimestamp,
  type Signer,
  serializeStatement,
  signStatement,
  verifyBundle,
} from '@makoto/core'
import { startTimestampAuthority, type TestTimestampAuthority } from '@makoto/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDirectory, writeFiles } from '../temporary-directory.ts'

const run = promisify(execFile)
const DIGEST = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'

export interface OpenedKey {
  readonly signer: Signer
  /** As whoever holds the key published it, not as the signer says. */
  readonly publicPem: string
}

/** A statement of one dataset, stated by this signer. */
export function stateOrigin({ id }: Signer): Uint8Array {
  return serializeStatement(
    buildOrigin({
      dataset: { name: 'dataset:file:/lake/hello', kind: 'files', sha256: DIGEST, files: [] },
      previous: null,
      predicate: {
        origin: { source: 'file:/lake/hello', collectionTimestamp: new Date().toISOString() },
        collector: { id: `${id}#cli` },
      },
    }),
  )
}

/** What a key is for: others accept what it signed, under the public key that was published. */
export function describeRoundTrip(name: string, open: () => Promise<OpenedKey>): void {
  describe(`a bundle signed with ${name}`, () => {
    let authority: TestTimestampAuthority
    beforeAll(async () => {
      authority = await startTimestampAuthority()
    })
    afterAll(() => authority.close())

    const sign = (signer: Signer) =>
      signStatement(stateOrigin(signer), signer, {
        timestamp: (signature) => requestTimestamp(authority.url, signature),
      })

    it('verifies under the published key', async () => {
      const { signer, publicPem } = await open()
      const report = verifyBundle(await sign(signer), {
        keys: [parsePublicKey(publicPem)],
        timestampAuthorities: parseTimestampAuthorities(authority.rootPem),
      })
      expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([])
      expect(report.key?.id).toBe(signer.id)
    })

    it.skipIf(!isCosignInstalled())('is accepted by cosign', async () => {
      const { signer, publicPem } = await open()
      const folder = makeDirectory()
      writeFiles(folder, { 'b.sigstore.json': await sign(signer), 'k.pub': publicPem })
      const { stderr } = await run(
        'cosign',
        verification('b.sigstore.json', ['--key', 'k.pub', '--insecure-ignore-tlog']),
        {
          cwd: folder,
        },
      )
      expect(stderr).toContain('Verified OK')
    })
  })
}

/** The arguments with which cosign verifies such a bundle. */
export function verification(bundle: string, options: readonly string[]): string[] {
  const digest = ['--type', PREDICATE.origin, '--digest', DIGEST, '--digestAlg', 'sha256']
  return ['verify-blob-attestation', '--bundle', bundle, ...digest, ...options]
}

export function isCosignInstalled(): boolean {
  try {
    execFileSync('cosign', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    console.info('skipped: cosign is not on the PATH')
    return false
  }
}
