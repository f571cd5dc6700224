import { spawn } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportSchema } from '@makoto/core'
import { describe, expect, test } from 'vitest'
import {
  listBundles,
  type Orders,
  prepareAttestedOrders,
  prepareObservedOrders,
  prepareOrders,
} from './attested-orders.ts'
import { MAIN, makoto } from './makoto.ts'

/** The lines with what is different on every run taken out. */
function calm(text: string, { cwd }: Orders): string {
  return text
    .replaceAll(cwd, '/lake')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/[0-9a-f]{64}|[0-9a-f]{16}…/g, '<hex>')
    .replace(/over \d+ bytes/, 'over <n> bytes')
}

describe('what was attested and stamped', () => {
  test('is proven, a line for each check, then the verdict', async () => {
    const orders = await prepareOrders()
    expect(await orders.attest()).toMatchObject({ code: 0 })
    const { code, stdout, stderr } = await orders.verify()
    expect(code).toBe(0)
    expect(calm(stdout, orders)).toMatchInlineSnapshot(`
      "ok        attestation   attestations/<hex>/<hex>.sigstore.json
      ok        signature     ecdsa-p256 over <n> bytes of statement
      ok        key           spki:sha256:<hex>, one of yours
      ok        timestamp     <time> by CN=Makoto test TSA root
      ok        statement     https://makoto.dev/origin/v1
      ok        identity      spki:sha256:<hex>#cli
      ok        times         stated <time>, verified <time>
      ok        completeness  inputs and outputs in full
      ok        name          dataset:file:/lake/orders
      ok        kind          files
      ok        data          2 files, 28 bytes read now, sha256 <hex>
      ok        files         2 files, as listed
      ok        newest        none later in this store
      ok        rendering     2 text files, no invisible characters
      ok        origins       1 origin, all attested

      PROVEN L2  dataset:file:/lake/orders
        data: 2 files, 28 bytes, sha256 <hex>
        chain: 1 attestation
        observed origins: 0
        newest known: unknown
      "
    `)
    expect(stderr).toContain('next: makoto dbom')
  })

  test('is not judged where there is no such store', async () => {
    const { verify } = await prepareOrders()
    const { code, stderr } = await verify()
    expect(stderr).toContain('no store at store')
    expect(code).toBe(2)
  })

  test('is proven in the JSON of the core', async () => {
    const orders = await prepareAttestedOrders()
    const { code, stdout } = await orders.verify('--json')
    expect(code).toBe(0)
    expect(reportSchema.parse(JSON.parse(stdout))).toMatchObject({
      schema: 'https://makoto.dev/schemas/verification-report/v1',
      verdict: 'PROVEN',
      level: 2,
      newestKnown: 'unknown',
      observedOrigins: 0,
      chain: [{ depth: 0, level: 2 }],
    })
  })

  test('is the newest where the caller knows its version', async () => {
    const orders = await prepareAttestedOrders()
    const { sha256 } = JSON.parse((await makoto(['digest', 'orders', '--json'], orders)).stdout)
    expect((await orders.verify('--expect-version', sha256)).stdout).toContain('newest known: yes')
    expect(await orders.verify('--expect-version', '0'.repeat(64))).toMatchObject({ code: 4 })
  })

  test('is proven wherever it lies if it is asked for by name', async () => {
    const orders = await prepareAttestedOrders()
    cpSync(join(orders.cwd, 'orders'), join(orders.cwd, 'copy'), { recursive: true })
    const copy = ['verify', 'copy', ...orders.trust]
    const named = `dataset:file:${orders.cwd}/orders`
    expect(await makoto(copy, orders)).toMatchObject({ code: 4, stdout: expect.stringContaining('not as') })
    expect(await makoto([...copy, '--name', named], orders)).toMatchObject({ code: 0 })
    expect(await makoto([...copy, '--insecure-any-name'], orders)).toMatchObject({ code: 0 })
  })
})

describe('changed data is refused with 4, and the file is named', () => {
  test.each<[string, (root: string) => void, string]>([
    [
      'one byte flipped',
      (root) => {
        const bytes = readFileSync(join(root, 'part-0.csv'))
        bytes[3] = (bytes[3] ?? 0) ^ 1
        writeFileSync(join(root, 'part-0.csv'), bytes)
      },
      '  altered  part-0.csv',
    ],
    ['a file removed', (root) => rmSync(join(root, 'year=2024/part-1.csv')), '  missing  year=2024/part-1.csv'],
    ['a file added', (root) => writeFileSync(join(root, 'part-9.csv'), ''), '  added    part-9.csv'],
    [
      'a name that would turn the line around',
      (root) => writeFileSync(join(root, 'a\u202e\u001b[31mvsc'), ''),
      '  added    a\\u{202e}\\u{1b}[31mvsc',
    ],
  ])('%s', async (_, change, line) => {
    const orders = await prepareAttestedOrders()
    change(join(orders.cwd, 'orders'))
    const { code, stdout, stderr } = await orders.verify()
    expect(code).toBe(4)
    expect(stdout.split('\n')).toContain(line)
    expect(stdout).toMatch(/^NOT PROVEN: L2 required, nothing proven, because /m)
    expect(stderr).toContain('do not use this data')
  })

  test('no more than twenty by name', async () => {
    const orders = await prepareAttestedOrders()
    for (let n = 0; n < 25; n++) writeFileSync(join(orders.cwd, `orders/new-${n}.csv`), '')
    const { stdout } = await orders.verify()
    expect(stdout.match(/^ {2}added /gm)).toHaveLength(20)
    expect(stdout).toContain('\n  and 5 more\n')
  })
})

describe('nothing is proven under', () => {
  test('a key that the caller does not trust', async () => {
    const orders = await prepareAttestedOrders()
    await makoto(['key', 'generate', '--out', 'theirs'], orders)
    const { code, stdout, stderr } = await makoto(
      ['verify', 'orders', '--store', 'store', '--key', 'theirs.pub'],
      orders,
    )
    expect(code).toBe(4)
    expect(stdout).toMatch(/^FAILED +key /m)
    expect(stderr).toContain('ask the producer for the public key')
  })

  test('a signature that was tampered with', async () => {
    const orders = await prepareAttestedOrders()
    const [path = ''] = listBundles(orders.cwd)
    const file = join(orders.cwd, path)
    const bundle = JSON.parse(readFileSync(file, 'utf8'))
    const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString())
    statement.predicate.origin.source = 'somewhere better'
    bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify(statement)).toString('base64')
    chmodSync(file, 0o644)
    writeFileSync(file, JSON.stringify(bundle))
    expect(await orders.verify()).toMatchObject({ code: 4 })
  })
})

describe('what is missing, not wrong, has codes of its own', () => {
  test('3: nobody attested it', async () => {
    const orders = await prepareOrders()
    mkdirSync(join(orders.cwd, 'store'))
    const { code, stdout } = await orders.verify()
    expect(code).toBe(3)
    expect(stdout).toContain('NOT PROVEN: L2 required, nothing proven')
  })

  test('5: no timestamp authority is trusted, so level 2 is not proven', async () => {
    const orders = await prepareAttestedOrders()
    const args = ['verify', 'orders', '--store', 'store', '--key', 'ours.pub']
    const { code, stdout } = await makoto(args, orders)
    expect(code).toBe(5)
    expect(stdout).toMatch(/^skipped +timestamp /m)
    expect(stdout).toMatch(/^NOT PROVEN: L2 required, L1 proven, because L2\.P\.6/m)
    expect(await makoto([...args, '--level', '1'], orders)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('PROVEN L1'),
    })
  })

  test('5: level 3 needs a platform that nobody has yet', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.verify('--level', '3')).toMatchObject({
      code: 5,
      stdout: expect.stringContaining('L3 required, L2 proven'),
    })
  })

  test('6: the data is not there', async () => {
    const orders = await prepareAttestedOrders()
    renameSync(join(orders.cwd, 'orders'), join(orders.cwd, 'elsewhere'))
    expect(await orders.verify()).toMatchObject({ code: 6, stdout: '' })
  })

  test('6: the directory is a table, unless its plain files are asked for', async () => {
    const orders = await prepareAttestedOrders()
    mkdirSync(join(orders.cwd, 'orders/_delta_log'))
    expect(await orders.verify()).toMatchObject({ code: 6 })
    expect(await orders.verify('--as', 'files')).toMatchObject({ code: 0 })
  })

  test('5: files that the rule leaves out, if strict', async () => {
    const orders = await prepareAttestedOrders()
    writeFileSync(join(orders.cwd, 'orders/_SUCCESS'), '')
    expect(await orders.verify()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 left out') })
    expect(await orders.verify('--strict')).toMatchObject({ code: 5 })
  })

  test.each([
    ['no key', ['--store', 'store'], '--key PUB is missing'],
    ['a key that is none', ['--store', 'store', '--key', 'orders/part-0.csv'], 'PUBLIC KEY'],
    ['a private key, whose owner should hear of it', ['--store', 'store', '--key', 'ours.key'], 'PUBLIC KEY'],
    [
      'a store there is no driver for',
      ['--store', 's3://lake/x', '--key', 'ours.pub'],
      'No store answers to s3://lake/x',
    ],
    ['a key that is no text', ['--store', 'store', '--key', process.execPath], 'that is no key'],
    [
      'a certificate that is none',
      ['--store', 'store', '--key', 'ours.pub', '--tsa-root', 'ours.pub'],
      'no self-signed CA certificate',
    ],
    ['a reason there is not', ['--store', 'store', '--accept-partial', 'because'], 'it must be one of'],
    [
      'a version that is none',
      ['--store', 'store', '--key', 'ours.pub', '--expect-version', 'ABC'],
      '64 lower-case hex',
    ],
  ])('2: %s', async (_, args, message) => {
    const orders = await prepareOrders()
    const { code, stdout, stderr } = await makoto(['verify', 'orders', ...args], orders)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('an origin that was merely found', () => {
  test('is declared and counted', async () => {
    const { code, stdout } = await (await prepareObservedOrders()).verify()
    expect(code).toBe(0)
    expect(stdout).toMatch(/^declared {2}origins +1 origin, 1 of them only observed when read$/m)
    expect(stdout).toMatch(/^PROVEN L2 .*\n(?: .*\n)* {2}observed origins: 1$/m)
  })

  test('is refused where attested ones are asked for', async () => {
    const { code, stdout } = await (await prepareObservedOrders()).verify('--origins', 'attested')
    expect(code).toBe(5)
    expect(stdout).toMatch(/^FAILED {4}origins +1 origin, 1 of them only observed when read$/m)
  })
})

describe('a second version', () => {
  test('is proven, and the first one put back is refused as superseded', async () => {
    const orders = await prepareAttestedOrders()
    cpSync(join(orders.cwd, 'orders'), join(orders.cwd, 'old'), { recursive: true })
    appendFileSync(join(orders.cwd, 'orders/part-0.csv'), '3,30\n')
    await orders.attest()
    expect(await orders.verify()).toMatchObject({ code: 0 })
    rmSync(join(orders.cwd, 'orders'), { recursive: true })
    renameSync(join(orders.cwd, 'old'), join(orders.cwd, 'orders'))
    const { code, stdout } = await orders.verify()
    expect(code).toBe(4)
    expect(stdout).toContain('newest known: no')
  })
})

describe('colour', () => {
  test('is off where nobody sees it and on where it is asked for; the words are the same', async () => {
    const orders = await prepareAttestedOrders()
    const plain = await orders.verify()
    const painted = await orders.verify('--color', 'always')
    const esc = '\u001b'
    expect(plain.stdout).not.toContain(esc)
    expect(painted.stdout).toContain(`${esc}[32mPROVEN L2`)
    expect(painted.stdout.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '')).toBe(plain.stdout)
  })
})

test('a reader that went away makes no verdict', async () => {
  const { cwd, trust } = await prepareOrders()
  mkdirSync(join(cwd, 'store'))
  const args = ['--conditions=@makoto/source', MAIN, 'verify', 'orders', ...trust]
  for (const gone of ['stdout', 'stderr'] as const) {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    child[gone].destroy()
    child[gone === 'stdout' ? 'stderr' : 'stdout'].resume()
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(3)
  }
})

test('a catalog table is asked for by its name, which a bare word is not', async () => {
  const orders = await prepareOrders()
  const table = ['--name', 'dataset:main.sales.orders']
  expect(await orders.attest(...table)).toMatchObject({ code: 0 })
  expect(await orders.verify(...table)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^PROVEN L2 {2}dataset:main\.sales\.orders$/m),
  })
  const { code, stderr } = await orders.verify('--name', 'main.sales.orders')
  expect(code).toBe(4)
  expect(stderr).toContain('next: --name main.sales.orders is a path; a table is asked for with --name dataset:main')
})
