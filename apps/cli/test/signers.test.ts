import { hash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatPem, formatWitness, parsePublicKey } from '@makoto/core'
import {
  createWitness,
  renderTrustedRoot,
  startFulcio,
  startTimestampAuthority,
  startTransparencyLog,
} from '@makoto/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listBundles, prepareAttestedOrders, prepareOrders } from './attested-orders.ts'
import { makoto } from './makoto.ts'

/** A witness on the public network. */
const VKEY = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'
const ANNA = 'https://ci.example/lake/orders/load.yml@refs/heads/main'

/** The same orders, signed without a key of one's own. */
async function prepareKeylessOrders() {
  const orders = await prepareOrders()
  const [fulcio, authority] = [await startFulcio(), await startTimestampAuthority()]
  onTestFinished(async () => {
    await Promise.all([fulcio.close(), authority.close()])
  })
  const root = renderTrustedRoot({ fulcio, timestampChainPem: authority.chainPem })
  writeFileSync(join(orders.cwd, 'root.json'), root)
  writeFileSync(join(orders.cwd, 'token'), fulcio.issueToken(ANNA))
  const signing = ['--key', 'sigstore:', '--key-endpoint', fulcio.url, '--identity-token', 'token']
  const stamping = ['--store', 'store', '--timestamp-url', authority.url, '--trusted-root', 'root.json']
  const made = await makoto(['attest', 'origin', 'orders', ...signing, ...stamping], orders)
  if (made.code !== 0) throw new Error(`the arrangement failed: ${made.stderr}`)
  const verify = (...options: string[]) => makoto(['verify', 'orders', '--store', 'store', ...options], orders)
  return { issuer: fulcio.issuer, verify }
}

describe('a keyless signer', () => {
  test('is believed by name and issuer, under a trusted root', async () => {
    const { issuer, verify } = await prepareKeylessOrders()
    const believe = (identity: string, by: string) =>
      verify('--trusted-root', 'root.json', '--identity', identity, '--issuer', by)
    expect(await believe(ANNA, issuer)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${ANNA} of ${issuer}`),
    })
    expect(await believe('https://ci.example/*/orders/*@refs/heads/main', issuer)).toMatchObject({ code: 0 })
    expect(await believe('https://ci.example/lake', issuer)).toMatchObject({ code: 4 })
    expect(await believe(ANNA, `${issuer}/`)).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('none of your identities'),
    })
  })

  test('is nobody to who trusts a key', async () => {
    const { verify } = await prepareKeylessOrders()
    expect(await verify('--key', 'ours.pub', '--trusted-root', 'root.json')).toMatchObject({ code: 4 })
  })
})

describe('so many witnesses', () => {
  test('are refused where there are fewer', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.verify('--timestamps', '1')).toMatchObject({ code: 0 })
    expect(await orders.verify('--timestamps', '2')).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('1 of the 2 authorities'),
    })
    expect(await orders.verify('--logs', '1')).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('0 of the 1 logs'),
    })
    writeFileSync(join(orders.cwd, 'w.vkeys'), `${VKEY}\n`)
    expect(await orders.verify('--witness', 'w.vkeys')).toMatchObject({ code: 0 })
    expect(await orders.verify('--witness', 'w.vkeys', '--witnesses', '1')).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('0 of the 1 witnesses'),
    })
  })
})

describe('witnesses of a log', () => {
  /** Orders whose signature is in a log, in a tree that one witness saw. */
  async function prepareWitnessedOrders() {
    const orders = await prepareOrders()
    const [witness, running] = [createWitness('witness.example/w1'), await startTransparencyLog()]
    onTestFinished(() => running.close())
    writeFileSync(join(orders.cwd, 'root.json'), renderTrustedRoot({ log: running.log }))
    const { code, stderr } = await orders.attest('--log-url', running.url)
    if (code !== 0) throw new Error(`the arrangement failed: ${stderr}`)
    const path = join(orders.cwd, listBundles(orders.cwd)[0] ?? '')
    const bundle = JSON.parse(readFileSync(path, 'utf8'))
    const { checkpoint } = bundle.verificationMaterial.tlogEntries[0].inclusionProof
    checkpoint.envelope += witness.cosign(running.log.checkpointText(), new Date())
    const bytes = JSON.stringify(bundle)
    rmSync(path)
    writeFileSync(join(dirname(path), `${hash('sha256', bytes)}.sigstore.json`), bytes)
    const key = parsePublicKey(formatPem('PUBLIC KEY', new Uint8Array(witness.spki)))
    writeFileSync(join(orders.cwd, 'w.vkeys'), `${formatWitness({ name: witness.name, key })}\n${VKEY}\n`)
    return orders
  }

  test('are counted by who saw the tree', async () => {
    const { verify } = await prepareWitnessedOrders()
    const ask = (witnesses: string) =>
      verify('--trusted-root', 'root.json', '--witness', 'w.vkeys', '--witnesses', witnesses)
    expect(await ask('1')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('in a tree that witness.example/w1 saw'),
    })
    expect(await ask('2')).toMatchObject({ code: 4, stdout: expect.stringContaining('1 of the 2 witnesses') })
  })
})

test.each([
  ['an authority that certifies nobody in particular', ['--ca', 'tsa-root.pem'], '--identity'],
  ['an identity that nobody certifies', ['--identity', ANNA], '--ca PEM or --trusted-root FILE'],
  ['half of an identity', ['--identity', ANNA, '--trusted-root', 'root.json'], '--issuer URL is missing'],
  ['an issuer of nobody', ['--key', 'ours.pub', '--issuer', 'https://issuer.example'], '--identity'],
  ['a trusted root that is none', ['--key', 'ours.pub', '--trusted-root', 'ours.pub'], 'trusted root'],
  ['a witness that is none', ['--key', 'ours.pub', '--witness', 'ours.pub'], 'no verifier key'],
  ['a number that is none', ['--key', 'ours.pub', '--logs', '0'], '--logs: a number from 1 to 99'],
])('2: %s', async (_, options, message) => {
  const orders = await prepareOrders()
  const { code, stderr } = await makoto(['verify', 'orders', '--store', 'store', ...options], orders)
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
})
