import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportSchema } from '@makoto/core'
import { describe, expect, test } from 'vitest'
import { prepareAttestedOrders } from './attested-orders.ts'
import { makoto } from './makoto.ts'

describe('verify FILE --in DATASET', () => {
  test('proves one file, and says that it is the only one', async () => {
    const orders = await prepareAttestedOrders()
    rmSync(join(orders.cwd, 'orders/part-0.csv'))
    const { code, stdout } = await makoto(
      ['verify', 'orders/year=2024/part-1.csv', '--in', 'orders', ...orders.trust],
      orders,
    )
    expect(code).toBe(0)
    expect(stdout).toContain(`PROVEN L2  year=2024/part-1.csv of dataset:file:${orders.cwd}/orders\n`)
    expect(stdout).toContain('  data: this one of 2 files only: year=2024/part-1.csv, 14 bytes, sha256 ')
    expect(stdout).toMatch(/^ok +data +this file only: .* 1 other file of the set not read$/m)
  })

  test('refuses a file of another set with 4', async () => {
    const orders = await prepareAttestedOrders()
    writeFileSync(join(orders.cwd, 'other.csv'), 'id,total\n9,90\n')
    const args = ['verify', 'other.csv', '--in', 'orders', '--path', 'part-0.csv', ...orders.trust]
    expect(await makoto(args, orders)).toMatchObject({ code: 4, stdout: expect.stringContaining('nothing proven') })
  })

  test('carries the proof in its JSON', async () => {
    const orders = await prepareAttestedOrders()
    const { stdout } = await makoto(
      ['verify', 'orders/part-0.csv', '--in', 'orders', '--json', ...orders.trust],
      orders,
    )
    expect(reportSchema.parse(JSON.parse(stdout)).dataset.member).toMatchObject({ path: 'part-0.csv', files: 2 })
  })

  test.each([
    ['a file that lies elsewhere', ['verify', 'copy.csv', '--in', 'orders'], 'does not lie below'],
    ['a path without a set', ['verify', 'orders', '--path', 'a'], '--path needs --in'],
    [
      'a summary, which speaks of the whole',
      ['verify', 'orders/part-0.csv', '--in', 'orders', '--format', 'vsa'],
      'whole dataset',
    ],
    ['any name', ['verify', 'orders/part-0.csv', '--in', 'orders', '--insecure-any-name'], 'found by its name'],
  ])('2: %s', async (_, args, message) => {
    const orders = await prepareAttestedOrders()
    cpSync(join(orders.cwd, 'orders/part-0.csv'), join(orders.cwd, 'copy.csv'))
    const { code, stderr } = await makoto([...args, ...orders.trust], orders)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })
})
