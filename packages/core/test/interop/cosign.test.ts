import { execFile } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { renderTrustedRoot, startTimestampAuthority, type TestTimestampAuthority } from '@makoto/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  buildOrigin,
  generateKey,
  PREDICATE,
  requestTimestamp,
  serializeStatement,
  signerOfKey,
  signStatement,
} from '../../src/index.ts'
import { isCosignInstalled } from '../key/round-trip.ts'

const run = promisify(execFile)
const DIGEST = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'

describe.skipIf(!isCosignInstalled())('cosign reads what we sign', () => {
  let home: string
  let authority: TestTimestampAuthority

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'makoto-cosign-'))
    authority = await startTimestampAuthority()
    await writeFile(join(home, 'trusted-root.json'), renderTrustedRoot({ timestampChainPem: authority.chainPem }))
  })
  afterAll(async () => {
    await authority.close()
    await rm(home, { recursive: true, force: true })
  })

  test('accepts a bundle, its digest and its predicate type', async () => {
    await sign()
    await expect(verifyWithCosign()).resolves.toMatch(/Verified OK/)
  })

  test.each(['7', '42', '333'])('accepts a bundle of %s records', async (recordCount) => {
    await sign({ recordCount })
    await expect(verifyWithCosign()).resolves.toMatch(/Verified OK/)
  })

  test('accepts the timestamp under the authority it trusts', async () => {
    const timestamps = ['--use-signed-timestamps', '--trusted-root', join(home, 'trusted-root.json')]
    await sign()
    await expect(verifyWithCosign({ options: timestamps })).resolves.toMatch(/Verified OK/)
  })

  test('refuses another digest', async () => {
    await sign()
    await expect(verifyWithCosign({ digest: DIGEST.replace('5', '6') })).rejects.toThrow(/digest/)
  })

  test('refuses another predicate type', async () => {
    await sign()
    await expect(verifyWithCosign({ type: PREDICATE.transform })).rejects.toThrow(/predicate/)
  })

  async function sign(counted: { recordCount?: string } = {}) {
    const key = await generateKey()
    const statement = buildOrigin({
      dataset: { name: 'dataset:file:/lake/hello', kind: 'files', sha256: DIGEST, files: [], ...counted },
      previous: null,
      predicate: {
        origin: { source: 'file:/lake/hello', collectionTimestamp: new Date().toISOString() },
        collector: { id: 'spki:sha256:test#cli' },
      },
    })
    const signed = await signStatement(
      serializeStatement(statement),
      signerOfKey(createPrivateKey(key.privateKeyPem)),
      {
        timestamp: (signature) => requestTimestamp(authority.url, signature),
      },
    )
    await writeFile(join(home, 'bundle.sigstore.json'), signed)
    await writeFile(join(home, 'key.pub'), key.publicKeyPem)
  }

  async function verifyWithCosign({
    digest = DIGEST,
    type = PREDICATE.origin as string,
    options = [] as string[],
  } = {}) {
    const { stdout, stderr } = await run('cosign', [
      'verify-blob-attestation',
      ...['--bundle', join(home, 'bundle.sigstore.json'), '--key', join(home, 'key.pub'), '--insecure-ignore-tlog'],
      ...['--type', type, '--digest', digest, '--digestAlg', 'sha256', ...options],
    ])
    return stdout + stderr
  }
})
