import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportSchema } from '@makoto/core'
import { describe, expect, test } from 'vitest'
import { type Orders, prepareAttestedOrders } from './attested-orders.ts'
import { MAIN, makoto } from './makoto.ts'
import { writeSinkLog } from './sink-log.ts'

const alter = ({ cwd }: Orders) => writeFileSync(join(cwd, 'orders/part-0.csv'), 'other')

describe('--format', () => {
  test('json is --json', async () => {
    const orders = await prepareAttestedOrders()
    const { code, stdout } = await orders.verify('--format', 'json')
    expect(code).toBe(0)
    expect(reportSchema.parse(JSON.parse(stdout))).toMatchObject({ verdict: 'PROVEN' })
    expect(await orders.verify('--json', '--format', 'sarif')).toMatchObject({ code: 2 })
  })

  test('sarif finds nothing in proven data, and the file in altered data', async () => {
    const orders = await prepareAttestedOrders()
    const proven = await orders.verify('--format', 'sarif')
    expect(proven.code).toBe(0)
    expect(JSON.parse(proven.stdout).runs[0].results).toEqual([])
    alter(orders)
    const { code, stdout } = await orders.verify('--format', 'sarif')
    expect(code).toBe(4)
    const [run] = JSON.parse(stdout).runs
    expect(run.originalUriBaseIds.DATASET_PARENT.uri).toBe(`file://${orders.cwd}/`)
    expect(run.results[0]).toMatchObject({
      ruleId: 'L1.V.3',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'orders/part-0.csv' } } }],
    })
  })

  test('junit is XML', async () => {
    const orders = await prepareAttestedOrders()
    const { code, stdout } = await orders.verify('--format', 'junit')
    expect(code).toBe(0)
    execFileSync('python3', ['-c', 'import sys, xml.dom.minidom as dom; dom.parseString(sys.stdin.buffer.read())'], {
      input: stdout,
    })
  })

  test('goes to --out, and the text to standard output', async () => {
    const orders = await prepareAttestedOrders()
    alter(orders)
    const { code, stdout } = await orders.verify('--format', 'sarif', '--out', 'makoto.sarif')
    expect(code).toBe(4)
    expect(stdout).toMatch(
      /^NOT PROVEN: L2 required, nothing proven, because the data is not what was attested: 1 file altered$/m,
    )
    expect(JSON.parse(readFileSync(join(orders.cwd, 'makoto.sarif'), 'utf8')).version).toBe('2.1.0')
    expect(await orders.verify('--out', 'report')).toMatchObject({ code: 2 })
    expect(await orders.verify('--format', 'json', '--out', 'no/such/place')).toMatchObject({ code: 2 })
  })
})

describe('--format vsa', () => {
  test('signs what was found, and the next verifier takes it from there', async () => {
    const orders = await prepareAttestedOrders()
    await makoto(['key', 'generate', '--out', 'verifier'], orders)
    const signing = ['--format', 'vsa', '--sign-key', 'verifier.key', '--out', 'orders.vsa.json']
    expect(await orders.verify(...signing)).toMatchObject({ code: 0, stdout: expect.stringContaining('PROVEN L2') })
    const next = ['verify-summary', 'orders', '--summary', 'orders.vsa.json', '--tsa-root', 'tsa-root.pem', '--key']
    const untimed = await makoto([...next, 'verifier.pub'], orders)
    expect(untimed.stdout).toContain('NOT ACCEPTED: L2 required, the summary is good for L1')
    expect(untimed.code).toBe(5)
    const accepted = await makoto([...next, 'verifier.pub', '--level', '1'], orders)
    expect(accepted.stdout).toMatch(/^ACCEPTED L1 {2}dataset:file:.*, on the word of spki:sha256:[0-9a-f]{64}$/m)
    expect(accepted.code).toBe(0)
    expect(await makoto([...next, 'ours.pub', '--level', '1'], orders)).toMatchObject({ code: 4 })
    for (const asked of ['--timestamps', '--logs'])
      expect(await makoto([...next, 'verifier.pub', '--level', '1', asked, '1'], orders)).toMatchObject({ code: 4 })
    const root = join(orders.cwd, 'orders')
    writeSinkLog(root, 'part-0.csv', 'year=2024/part-1.csv')
    writeFileSync(join(root, 'evil.csv'), 'evil')
    const beside = await makoto([...next, 'verifier.pub', '--level', '1'], orders)
    expect(beside).toMatchObject({ code: 4, stdout: expect.stringContaining('not in it: evil.csv') })
    const chosen = await makoto([...next, 'verifier.pub', '--level', '1', '--insecure-unlisted'], orders)
    expect(chosen).toMatchObject({ code: 0 })
    rmSync(join(root, '_spark_metadata'), { recursive: true })
    alter(orders)
    expect(await makoto([...next, 'verifier.pub', '--level', '1'], orders)).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('NOT ACCEPTED'),
    })
  })

  test('carries no name that nobody attested, and is never unsigned', async () => {
    const orders = await prepareAttestedOrders()
    const signing = ['--format', 'vsa', '--sign-key', 'ours.key', '--insecure-any-name']
    expect(await orders.verify(...signing)).toMatchObject({ code: 2, stdout: '' })
    expect(await orders.verify('--format', 'vsa')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('export', () => {
  test('leaves no half of an archive behind', async () => {
    const { cwd, trust } = await prepareAttestedOrders()
    const args = [MAIN, 'export', 'orders', '--out', 'orders.tar.gz', ...trust]
    const limited = ['-c', 'ulimit -f 1; exec "$@"', 'sh', process.execPath, '--conditions=@makoto/source', ...args]
    const { status, stderr } = spawnSync('sh', limited, { cwd, encoding: 'utf8' })
    expect([status, stderr]).toEqual([2, expect.stringContaining('cannot be written')])
    expect(existsSync(join(cwd, 'orders.tar.gz'))).toBe(false)
  })

  test('writes an archive that proves the data when the store is gone', async () => {
    const orders = await prepareAttestedOrders()
    const exported = await makoto(['export', 'orders', '--out', 'orders.tar.gz', ...orders.trust], orders)
    expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining('exported') })
    const [, , ...keys] = orders.trust
    const archived = ['verify', 'orders', '--archive', 'orders.tar.gz']
    expect(await makoto([...archived, ...keys], orders)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('PROVEN L2'),
    })
    expect(await makoto([...archived, ...orders.trust], orders)).toMatchObject({ code: 2 })
    alter(orders)
    expect(await makoto([...archived, ...keys], orders)).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('  altered  part-0.csv'),
    })
  })

  test('replaces no file, and makes none of what is not proven', async () => {
    const orders = await prepareAttestedOrders()
    writeFileSync(join(orders.cwd, 'taken'), 'mine')
    expect(await makoto(['export', 'orders', '--out', 'taken', ...orders.trust], orders)).toMatchObject({ code: 2 })
    expect(readFileSync(join(orders.cwd, 'taken'), 'utf8')).toBe('mine')
    alter(orders)
    const { code, stdout } = await makoto(['export', 'orders', '--out', 'new', ...orders.trust], orders)
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  })

  test('an archive that is none is refused by name', async () => {
    const orders = await prepareAttestedOrders()
    const [, , ...keys] = orders.trust
    const { stderr } = await makoto(['verify', 'orders', '--archive', 'ours.pub', ...keys], orders)
    expect(stderr).toContain('not gzip')
  })
})
