import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Orders, prepareAttestedOrders } from './attested-orders.ts'
import { MAIN, makoto } from './makoto.ts'
import { writeSinkLog } from './sink-log.ts'

/** A program that writes down its surroundings and does what it is told. */
function prepareProgram({ cwd }: Orders, body: string): string[] {
  writeFileSync(join(cwd, 'job.mjs'), `import { appendFileSync, rmSync, writeFileSync } from 'node:fs'\n${body}\n`)
  return ['--then', process.execPath, 'job.mjs']
}

describe('--then runs a command on proven data', () => {
  test('and tells it what was proven', async () => {
    const orders = await prepareAttestedOrders()
    const then = prepareProgram(
      orders,
      'const { MAKOTO_VERDICT: v, MAKOTO_LEVEL: l, MAKOTO_SUBJECT_SHA256: s } = process.env; console.log(v, l, s, process.argv.slice(2).join())',
    )
    const { code, stdout, stderr } = await orders.verify(...then, '--json', '--then')
    expect(stdout).toMatch(/^PROVEN 2 [0-9a-f]{64} --json,--then\n$/)
    expect(stderr).toMatch(/^PROVEN L2 /m)
    expect(code).toBe(0)
  })

  test('and ends with its exit code', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.verify(...prepareProgram(orders, 'process.exit(42)'))).toMatchObject({ code: 42 })
    expect(await orders.verify(...prepareProgram(orders, "process.kill(process.pid, 'SIGKILL')"))).toMatchObject({
      code: 137,
    })
  })

  test('and never on data that is not proven', async () => {
    const orders = await prepareAttestedOrders()
    writeFileSync(join(orders.cwd, 'orders/part-0.csv'), 'other')
    const { code } = await orders.verify(...prepareProgram(orders, "writeFileSync('started', '')"))
    expect(code).toBe(4)
    expect(existsSync(join(orders.cwd, 'started'))).toBe(false)
  })

  test('and never beside a file that a planted sink log does not list', async () => {
    const orders = await prepareAttestedOrders()
    writeSinkLog(join(orders.cwd, 'orders'), 'part-0.csv', 'year=2024/part-1.csv')
    writeFileSync(join(orders.cwd, 'orders/evil.csv'), 'id,total\n6,66\n')
    const then = prepareProgram(orders, "writeFileSync('started', '')")
    const { code, stderr } = await orders.verify(...then)
    expect(code).toBe(4)
    expect(stderr).toContain('  added    evil.csv')
    expect(stderr).toContain('--insecure-unlisted')
    expect(existsSync(join(orders.cwd, 'started'))).toBe(false)
    expect(await orders.verify('--insecure-unlisted', ...then)).toMatchObject({ code: 0 })
  })

  test('and never where the level is not reached', async () => {
    const orders = await prepareAttestedOrders()
    const args = ['verify', 'orders', '--store', 'store', '--key', 'ours.pub']
    const outcome = await makoto([...args, ...prepareProgram(orders, "writeFileSync('started', '')")], orders)
    expect(outcome.code).toBe(5)
    expect(existsSync(join(orders.cwd, 'started'))).toBe(false)
  })

  test('with a report for programs in a file, since standard output is the command’s', async () => {
    const orders = await prepareAttestedOrders()
    const then = prepareProgram(orders, "console.log('made')")
    expect(await orders.verify('--format', 'sarif', ...then)).toMatchObject({ code: 2, stdout: '' })
    const { stdout } = await orders.verify('--format', 'json', '--out', 'report.json', ...then)
    expect(stdout).toBe('made\n')
    expect(JSON.parse(readFileSync(join(orders.cwd, 'report.json'), 'utf8'))).toMatchObject({ verdict: 'PROVEN' })
  })

  test('and says that there is no such command', async () => {
    const orders = await prepareAttestedOrders()
    const { code, stderr } = await orders.verify('--then', './absent')
    expect(stderr).toContain('./absent cannot be run')
    expect(code).toBe(2)
    expect(await orders.verify('--then')).toMatchObject({ code: 2 })
  })
})

describe('data that changes under the command ends with 7', () => {
  test.each([
    ['a file was written to', "appendFileSync('orders/part-0.csv', 'x')", 'part-0.csv'],
    ['a file is gone', "rmSync('orders/year=2024/part-1.csv')", 'year=2024/part-1.csv'],
    ['a file was added', "writeFileSync('orders/part-9.csv', '')", 'part-9.csv'],
    ['all of it is gone', "rmSync('orders', { recursive: true })", 'could not be read'],
    ['whatever code the command ends with', "appendFileSync('orders/part-0.csv', 'x'); process.exit(3)", 'part-0.csv'],
  ])('%s', async (_, body, named) => {
    const orders = await prepareAttestedOrders()
    const { code, stderr } = await orders.verify(...prepareProgram(orders, body))
    expect(stderr).toMatch(/^DATA CHANGED while the command ran/m)
    expect(stderr).toContain(named)
    expect(code).toBe(7)
  })

  test('files that are no data may come and go', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.verify(...prepareProgram(orders, "writeFileSync('orders/_SUCCESS', '')"))).toMatchObject({
      code: 0,
    })
  })

  test('every byte is read again if asked for', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.verify('--then-rehash', ...prepareProgram(orders, ''))).toMatchObject({ code: 0 })
  })
})

test('signals go to the command, which decides when both end', async () => {
  const orders = await prepareAttestedOrders()
  const body = "process.on('SIGTERM', () => process.exit(21)); setInterval(() => {}, 1000); console.log('up')"
  const args = ['verify', 'orders', ...orders.trust, ...prepareProgram(orders, body)]
  const child = spawn(process.execPath, ['--conditions=@makoto/source', MAIN, ...args], {
    cwd: orders.cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.stdout.once('data', () => child.kill('SIGTERM'))
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(21)
})
