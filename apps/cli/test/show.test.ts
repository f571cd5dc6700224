import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { datasetName, dbomSchema, formatPem, nameHash, openStore, readFlatDbom, type Store } from '@makoto/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openScene } from '../../../packages/core/test/verify/scene.ts'
import { listAttestations } from '../src/list-attestations.ts'
import { listBundles, type Orders, prepareAttestedOrders, prepareOrders } from './attested-orders.ts'
import { makoto } from './makoto.ts'

const NOBODY = 'f'.repeat(64)
const hexOf = (number: number) => number.toString(16).padStart(64, '0')

/** A pointer of the orders, and the object that it leads to, as anybody can put them who can write to the store. */
function plantObject({ cwd }: Orders, content: string): void {
  const pointers = join(cwd, 'store/names', nameHash(datasetName(join(cwd, 'orders'))))
  writeFileSync(join(pointers, `20200101T000000.000Z_${NOBODY}_${NOBODY}`), '{}')
  mkdirSync(join(cwd, 'store/attestations', NOBODY))
  writeFileSync(join(cwd, 'store/attestations', NOBODY, `${NOBODY}.sigstore.json`), content)
}

describe('show', () => {
  test('shows a bundle in its own words and says that nothing was verified', async () => {
    const orders = await prepareOrders()
    await orders.attest('--source', 'sftp://partner/orders')
    const [path = ''] = listBundles(orders.cwd)
    const { code, stdout, stderr } = await makoto(['show', path], orders)
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toBe(`not verified  origin of dataset:file:${orders.cwd}/orders`)
    expect(stdout).toMatch(/^ {2}source +sftp:\/\/partner\/orders, file, attested-by-hand$/m)
    expect(stdout).toMatch(/^ {2}signature +key \S{44}, 1 timestamp, none of it checked$/m)
    expect(stderr).toContain('next: makoto verify')
    expect(stdout).not.toMatch(/\b(ok|PROVEN)\b/)
  })

  test('lists what a store says of a dataset, oldest first', async () => {
    const orders = await prepareAttestedOrders()
    writeFileSync(join(orders.cwd, 'orders/part-2.csv'), 'id,total\n3,30\n')
    await orders.attest()
    const { code, stdout } = await makoto(['show', 'orders', '--store', 'store'], orders)
    expect(code).toBe(0)
    expect(stdout.match(/^not verified /gm)).toHaveLength(2)
    expect([...stdout.matchAll(/^ {2}files +(\d)$/gm)].map(([, count]) => count)).toEqual(['2', '3'])
  })

  test('gives the statement in JSON', async () => {
    const orders = await prepareAttestedOrders()
    const { stdout } = await makoto(['show', 'orders', '--store', 'store', '--json'], orders)
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'https://makoto.dev/schemas/cli/show/v1',
      verified: false,
      name: `dataset:file:${orders.cwd}/orders`,
      attestations: [{ timestamps: 1, statement: { predicateType: 'https://makoto.dev/origin/v1' } }],
      unreadable: [],
      dangling: [],
      leftOut: 0,
    })
  })

  test('shows JSON Lines of several bundles', async () => {
    const orders = await prepareAttestedOrders()
    const [path = ''] = listBundles(orders.cwd)
    const line = readFileSync(join(orders.cwd, path), 'utf8')
    writeFileSync(join(orders.cwd, 'two.sigstore.jsonl'), `${line}\n${line}\n`)
    expect((await makoto(['show', 'two.sigstore.jsonl'], orders)).stdout.match(/^not verified /gm)).toHaveLength(2)
  })

  test('names a pointer that leads to nothing and does not follow it', async () => {
    const orders = await prepareAttestedOrders()
    for (const path of listBundles(orders.cwd)) rmSync(join(orders.cwd, path))
    const { code, stderr } = await makoto(['show', 'orders', '--store', 'store'], orders)
    expect(code).toBe(3)
    expect(stderr).toMatch(/^the pointer names\/\S+ leads to nothing$/m)
  })

  test.each([
    ['too short', 'x'],
    ['of another kind', '{"_type":"https://example.com/other"}'],
    ['too large', ' '.repeat(16 * 1024 * 1024 + 1)],
  ])('names an object that is %s and shows all the others', async (_, content) => {
    const orders = await prepareAttestedOrders()
    plantObject(orders, content)
    const { code, stdout, stderr } = await makoto(['show', 'orders', '--store', 'store'], orders)
    expect(code).toBe(0)
    expect(stdout.match(/^not verified /gm)).toHaveLength(1)
    expect(stderr).toMatch(/^attestations\/f{64}\/f{64}\.sigstore\.json cannot be read: /m)
    const json = JSON.parse((await makoto(['show', 'orders', '--store', 'store', '--json'], orders)).stdout)
    expect(json.unreadable).toEqual([
      { reference: `attestations/${NOBODY}/${NOBODY}.sigstore.json`, reason: expect.any(String) },
    ])
  })

  test('follows the newest pointers and says how many older ones there are', async () => {
    const orders = await prepareAttestedOrders()
    const store = openStore(join(orders.cwd, 'store'))
    const older = Array.from({ length: 10_000 }, (_, i) => `19700101T000000.000Z_${NOBODY}_${hexOf(i)}`)
    const name = datasetName(join(orders.cwd, 'orders'))
    const flooded: Store = {
      ...store,
      get: async (path, limits) => (path.includes(NOBODY) ? undefined : store.get(path, limits)),
      async *list(prefix) {
        for (const path of older) yield { path: prefix + path, size: 0 }
        yield* store.list(prefix)
      },
    }
    const { found, dangling, leftOut } = await listAttestations(flooded, name)
    expect(found).toHaveLength(1)
    expect(dangling).toHaveLength(9_999)
    expect(leftOut).toBe(1)
  })

  test('makes what a stranger wrote printable', async () => {
    const orders = await prepareOrders()
    await orders.attest('--source', 'good\u202etxt.exe\u001b[2J')
    const [path = ''] = listBundles(orders.cwd)
    expect((await makoto(['show', path], orders)).stdout).toContain('good\\u{202e}txt.exe\\u{1b}[2J')
  })

  test('what is no attestation is an error, not a view', async () => {
    const orders = await prepareOrders()
    expect(await makoto(['show', 'orders/part-0.csv'], orders)).toMatchObject({ code: 1, stdout: '' })
    expect(await makoto(['show', 'absent'], orders)).toMatchObject({ code: 2, stdout: '' })
    mkdirSync(join(orders.cwd, 'empty'))
    expect(await makoto(['show', 'orders', '--store', 'empty'], orders)).toMatchObject({ code: 3, stdout: '' })
  })
})

describe('dbom', () => {
  test('prints a DBOM 1.0 that says what the verification found', async () => {
    const orders = await prepareAttestedOrders()
    const { code, stdout, stderr } = await makoto(['dbom', 'orders', ...orders.trust], orders)
    expect(code).toBe(0)
    expect(dbomSchema.parse(JSON.parse(stdout))).toMatchObject({
      dbomVersion: '1.0.0',
      dataset: { name: `dataset:file:${orders.cwd}/orders`, makotoLevel: 'L2' },
      sources: [{ makotoLevel: 'L2' }],
      verification: {
        chainVerified: true,
        allSignaturesValid: true,
        attestationCount: 1,
        verifier: { tool: 'makoto' },
      },
    })
    expect(stderr).toContain('PROVEN L2, 1 attestation,')
  })

  test('with --json in a document with a schema', async () => {
    const orders = await prepareAttestedOrders()
    const { stdout } = await makoto(['dbom', 'orders', '--json', ...orders.trust], orders)
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'https://makoto.dev/schemas/cli/dbom/v1',
      dbom: { dbomVersion: '1.0.0' },
    })
  })

  test('with --format dot as a graph', async () => {
    const orders = await prepareAttestedOrders()
    const { stdout } = await makoto(['dbom', 'orders', '--format', 'dot', ...orders.trust], orders)
    expect(stdout).toMatch(/^digraph lineage \{\n/)
    expect(stdout).toContain(`dataset:file:${orders.cwd}/orders`)
  })

  test('with --format flat as the public SDKs read it, and reads that back', async () => {
    const orders = await prepareAttestedOrders()
    const { stdout } = await makoto(['dbom', 'orders', '--format', 'flat', ...orders.trust], orders)
    expect(readFlatDbom(new TextEncoder().encode(stdout))).toMatchObject({
      schema_version: '0.1',
      source: { uri: `file:${orders.cwd}/orders`, format: 'files' },
      lineage: [{ step: 1, input_hash: 'n/a' }],
    })
    writeFileSync(join(orders.cwd, 'flat.json'), stdout)
    const shown = await makoto(['show', 'flat.json'], orders)
    expect(shown.stdout).toMatch(/^not verified {2}flat DBOM of /)
    expect(await makoto(['dbom', 'orders', '--json', '--format', 'flat', ...orders.trust], orders)).toMatchObject({
      code: 2,
    })
  })

  test('says where not all that the data was made from is in it', async () => {
    const scene = await openScene()
    onTestFinished(scene.close)
    scene.write('raw', { 'a.csv': 'a\n' })
    scene.write('half', { 'z.parquet': 'z' })
    const unresolvedInputs = [{ name: 'jdbc:postgresql://db/orders', reason: 'input-without-digest' as const }]
    await scene.transform('half', [await scene.attest('raw')], { predicate: { unresolvedInputs } })
    writeFileSync(join(scene.root, 'key.pub'), formatPem('PUBLIC KEY', scene.signer.spki))
    const args = ['dbom', 'half', '--store', '../store', '--key', '../key.pub', '--level', '1']
    const { code, stdout, stderr } = await makoto(args, { cwd: scene.path() })
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('not all that it was made from') })
    expect(JSON.parse(stdout).verification.chainVerified).toBe(false)
  })

  test('of data that is not proven there is none', async () => {
    const orders = await prepareAttestedOrders()
    writeFileSync(join(orders.cwd, 'orders/part-0.csv'), 'other')
    const { code, stdout, stderr } = await makoto(['dbom', 'orders', ...orders.trust], orders)
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toContain('  altered  part-0.csv')
  })
})
