import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseTimestampAuthorities, requestTimestamp, verifyTimestamp } from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeOpensslAuthority } from './openssl-authority.ts'

const present = spawnSync('openssl', ['version']).status === 0
if (!present) console.warn('skipped: timestamps against openssl: no openssl on this machine')

describe.skipIf(!present)('openssl beside our own code', () => {
  it('verifies a reply that our client took from our test authority', async () => {
    const folder = temporaryFolder()
    const authority = await startTimestampAuthority()
    onTestFinished(authority.close)
    const reply = await requestTimestamp(authority.url, SIGNATURE)
    writeFileSync(join(folder, 'reply'), reply)
    writeFileSync(join(folder, 'signature'), SIGNATURE)
    writeFileSync(join(folder, 'root.pem'), authority.rootPem)
    const paths = ['-in', 'reply', '-data', 'signature', '-CAfile', 'root.pem']
    const verdict = spawnSync('openssl', ['ts', '-verify', ...paths], { cwd: folder, encoding: 'utf8' })
    expect(`${verdict.stdout}${verdict.stderr}`).toContain('Verification: OK')
  })

  it.each([
    ['sha256', 'sha256'],
    ['sha384', 'sha512'],
    ['sha512', 'sha1'],
  ])('stamps with %s, its certificate named by %s, and we believe it', (digest, certificateId) => {
    const authority = makeOpensslAuthority(temporaryFolder())
    const token = authority.stamp(SIGNATURE, digest, certificateId)
    const verified = verifyTimestamp(token, SIGNATURE, parseTimestampAuthorities(authority.rootPem))
    expect(verified.authority).toBe('CN=openssl root')
  })
})

const SIGNATURE = new TextEncoder().encode('the raw bytes of a signature')

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'makoto-openssl-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
