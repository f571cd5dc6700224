import { chmodSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issueLoopbackCertificate, type LoopbackRequest, publishFolder } from '@makoto/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listBundles, prepareAttestedOrders, prepareOrders } from './attested-orders.ts'
import { makoto } from './makoto.ts'

describe('--memory', () => {
  test('refuses an old version whose successor was deleted from the store', async () => {
    const orders = await prepareAttestedOrders()
    const old = join(orders.cwd, 'old')
    cpSync(join(orders.cwd, 'orders'), join(old, 'orders'), { recursive: true })
    cpSync(join(orders.cwd, 'store'), join(old, 'store'), { recursive: true })
    writeFileSync(join(orders.cwd, 'orders/part-0.csv'), 'id,total\n1,11\n')
    await orders.attest()
    expect(await orders.verify('--memory', 'seen')).toMatchObject({ code: 0 })
    for (const what of ['orders', 'store']) {
      rmSync(join(orders.cwd, what), { recursive: true })
      renameSync(join(old, what), join(orders.cwd, what))
    }
    expect(await orders.verify()).toMatchObject({ code: 0, stdout: expect.stringContaining('newest known: unknown') })
    const { code, stdout, stderr } = await orders.verify('--memory', 'seen')
    expect(code).toBe(4)
    expect(stdout).toContain('newest known: no')
    expect(stderr).toContain('remove its lines from the memory file')
  })

  test('is not relied on where others can write to it', async () => {
    const orders = await prepareAttestedOrders()
    writeFileSync(join(orders.cwd, 'seen'), '')
    chmodSync(join(orders.cwd, 'seen'), 0o666)
    const { code, stderr } = await orders.verify('--memory', 'seen')
    expect(stderr).toContain('can be written by others')
    expect(code).toBe(2)
  })
})

describe('--max-age', () => {
  test('passes what was attested just now, and says 5 for what is older', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.verify('--max-age', '1h')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok +freshness/m),
    })
    expect(await orders.verify('--max-age', 'soon')).toMatchObject({ code: 2 })
  })
})

describe('--skew and --max-attestations', () => {
  test('take a time and a count, and nothing else', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.verify('--skew', '1s', '--max-attestations', '1')).toMatchObject({ code: 0 })
    for (const wrong of [
      ['--skew', '5'],
      ['--skew', 'NaN'],
      ['--max-attestations', '0'],
      ['--max-attestations', '1e9'],
    ])
      expect(await orders.verify(...wrong)).toMatchObject({ code: 2, stderr: expect.stringContaining(wrong[0] ?? '') })
  })
})

describe('--rendering', () => {
  async function prepareHidden(...more: string[]) {
    const orders = await prepareOrders()
    writeFileSync(join(orders.cwd, 'orders/part-0.csv'), 'user\nad\u200bmin\n')
    await orders.attest(...more)
    return orders
  }

  test('says it, refuses it with 5, or accepts it by name', async () => {
    const orders = await prepareHidden()
    expect(await orders.verify()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('zero-width in part-0.csv (U+200B at character 7)'),
    })
    const refused = await orders.verify('--rendering', 'fail')
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('--rendering-allow') })
    expect(await orders.verify('--rendering', 'fail', '--rendering-allow', 'zero-width')).toMatchObject({ code: 0 })
  })

  test('compares with what attest origin --scan-rendering stated', async () => {
    const orders = await prepareHidden('--scan-rendering')
    const [bundle = ''] = listBundles(orders.cwd)
    const { dsseEnvelope } = JSON.parse(readFileSync(join(orders.cwd, bundle), 'utf8'))
    const { predicate } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString())
    expect(predicate.analysis.rendering).toMatchObject({ verdict: 'warn', contains_invisible_codepoints: true })
    expect((await orders.verify()).stdout).toMatch(/^ok +stated rendering +warn, by makoto-rendering 1/m)
  })
})

describe('a store on the web', () => {
  test('is read by its index, with a token that is never shown', async () => {
    const orders = await prepareAttestedOrders()
    const indexed = await makoto(['store', 'index', '--store', 'store'], orders)
    expect(indexed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^indexed {2}\d+ objects/) })
    const locked = ({ headers }: LoopbackRequest) =>
      headers.authorization === 'Bearer hunter2' ? undefined : { status: 401, body: '' }
    const server = await publishFolder(join(orders.cwd, 'store'), { intercept: locked })
    onTestFinished(() => server.close())
    writeFileSync(join(orders.cwd, 'token'), 'hunter2\n')
    const [, , ...trust] = orders.trust
    const read = (...more: string[]) =>
      makoto(['verify', 'orders', '--store', server.url, ...trust, ...more], {
        ...orders,
        env: { STORE_TOKEN: 'hunter2' },
      })
    expect(await read('--store-token-file', 'token')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('PROVEN L2'),
    })
    expect(await read('--store-token-env', 'STORE_TOKEN')).toMatchObject({ code: 0 })
    const { code, stdout, stderr } = await read()
    expect(code).toBe(1)
    expect(stdout + stderr).not.toContain('hunter2')
  })

  test('is read over https, from a server whose certificate this machine knows', async () => {
    const orders = await prepareAttestedOrders()
    await makoto(['store', 'index', '--store', 'store'], orders)
    const certificate = issueLoopbackCertificate()
    const server = await publishFolder(join(orders.cwd, 'store'), { certificate })
    onTestFinished(() => server.close())
    writeFileSync(join(orders.cwd, 'server.pem'), certificate.pem)
    const [, , ...trust] = orders.trust
    const args = ['verify', 'orders', '--store', server.url, ...trust]
    const env = { NODE_EXTRA_CA_CERTS: join(orders.cwd, 'server.pem') }
    expect(await makoto(args, { ...orders, env })).toMatchObject({ code: 0 })
    expect(await makoto(args, orders)).toMatchObject({ code: 1, stdout: '' })
  })

  test('is examined by doctor as one that is only read', async () => {
    const orders = await prepareAttestedOrders()
    const server = await publishFolder(join(orders.cwd, 'store'))
    onTestFinished(() => server.close())
    const { stdout } = await makoto(['doctor', '--store', server.url], orders)
    expect(stdout).toMatch(/^ok +store +.* can be read$/m)
  })

  test('without an index is no empty store', async () => {
    const orders = await prepareAttestedOrders()
    const server = await publishFolder(join(orders.cwd, 'store'))
    onTestFinished(() => server.close())
    const [, , ...trust] = orders.trust
    const { code, stderr } = await makoto(['verify', 'orders', '--store', server.url, ...trust], orders)
    expect(stderr).toContain('makoto store index')
    expect(code).toBe(1)
  })

  test.each(['http://store.example/', 'https://me:hunter2@store.example/'])('2: %s', async (store) => {
    const orders = await prepareAttestedOrders()
    const [, , ...trust] = orders.trust
    const { code, stderr } = await makoto(['verify', 'orders', '--store', store, ...trust], orders)
    expect(stderr).not.toContain('hunter2')
    expect(code).toBe(2)
  })
})
