import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { formatPem, openSigner } from '@makoto/core'
import { describeSigner } from '@makoto/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeRoundTrip, isCosignInstalled } from '../key/round-trip.ts'
import { findVaultProgram, startVaultServer, type VaultServer } from './vault-server.ts'

const program = findVaultProgram()
if (program === undefined) console.info('skipped: keys in a real Vault: neither bao nor vault is on the PATH')

describe.skipIf(program === undefined)('a real Vault or OpenBao', () => {
  let vault: VaultServer
  beforeAll(async () => {
    vault = await startVaultServer(program ?? '', {
      lake: 'ecdsa-p256',
      large: 'ecdsa-p384',
      edwards: 'ed25519',
      old: 'rsa-2048',
    })
  })
  afterAll(() => vault?.close())

  const open = (key: string) => openSigner(`hashivault://${key}`, { endpoint: vault.url, password: vault.token })
  const publicPem = async (key: string) => formatPem('PUBLIC KEY', (await open(key)).spki)

  describeSigner('a P-256 key in it', () => open('lake'))
  describeSigner('a P-384 key in it', () => open('large'))
  describeSigner('an Ed25519 key in it', () => open('edwards'))
  describeRoundTrip('a key in it', async () => ({ signer: await open('lake'), publicPem: await publicPem('lake') }))

  it.skipIf(!isCosignInstalled())('is the same key to cosign', async () => {
    const env = { ...process.env, VAULT_ADDR: vault.url, VAULT_TOKEN: vault.token }
    const { stdout } = await promisify(execFile)('cosign', ['public-key', '--key', 'hashivault://lake'], { env })
    expect(stdout).toBe(await publicPem('lake'))
  })

  it('refuses an RSA key, and has no other', async () => {
    await expect(open('old')).rejects.toMatchObject({ code: 'key-unsupported' })
    await expect(open('none')).rejects.toMatchObject({ code: 'key-unavailable' })
  })

  it('repeats no token that the server refuses', async () => {
    const error = await openSigner('hashivault://lake', { endpoint: vault.url, password: 'hvs.WRONG' }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'key-unavailable', message: expect.stringContaining('permission denied') })
    expect(JSON.stringify(error)).not.toContain('hvs.WRONG')
  })
})
