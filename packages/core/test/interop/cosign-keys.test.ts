import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateKey, openSigner, parsePublicKey, type SigningAlgorithm, verifySignature } from '@makoto/core'
import { describe, expect, test } from 'vitest'
import { isCosignInstalled } from '../key/round-trip.ts'
import { makeDirectory } from '../temporary-directory.ts'

const run = promisify(execFile)
const env = { ...process.env, COSIGN_PASSWORD: 'correct horse' }

describe.skipIf(!isCosignInstalled())('keys go to and fro between cosign and us', () => {
  test.each<SigningAlgorithm>(['ecdsa-p256', 'ed25519'])('cosign opens our encrypted key: %s', async (algorithm) => {
    const { privateKeyPem, publicKeyPem } = await generateKey({ algorithm, password: 'correct horse' })
    const cwd = makeDirectory({ 'our.key': privateKeyPem })
    const { stdout } = await run('cosign', ['public-key', '--key', 'our.key'], { cwd, env })
    expect(stdout).toBe(publicKeyPem)
  })

  test('what cosign signs with our key, our public key verifies', async () => {
    const { privateKeyPem, publicKeyPem } = await generateKey({ password: 'correct horse' })
    const cwd = makeDirectory({ 'our.key': privateKeyPem, blob: 'hello', 'signing.json': SIGNING_CONFIG })
    const sign = [
      'sign-blob',
      '--key',
      'our.key',
      '--signing-config',
      'signing.json',
      '--bundle',
      'b.json',
      '--yes',
      'blob',
    ]
    await run('cosign', sign, { cwd, env })
    const { messageSignature } = JSON.parse(readFileSync(join(cwd, 'b.json'), 'utf8'))
    const signature = Buffer.from(messageSignature.signature, 'base64')
    expect(verifySignature(parsePublicKey(publicKeyPem), Buffer.from('hello'), signature)).toBe(true)
  })

  test('we open the key that cosign made, and sign as it', async () => {
    const cwd = makeDirectory()
    execFileSync('cosign', ['generate-key-pair'], { cwd, env, stdio: 'ignore' })
    const signer = await openSigner(join(cwd, 'cosign.key'), { password: 'correct horse' })
    const published = parsePublicKey(readFileSync(join(cwd, 'cosign.pub')))
    expect(signer.id).toBe(published.id)
    expect(verifySignature(published, Uint8Array.of(1), await signer.sign(Uint8Array.of(1)))).toBe(true)
  })
})

/** No log, no authority: nothing but the key. */
const SIGNING_CONFIG = JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json' })
