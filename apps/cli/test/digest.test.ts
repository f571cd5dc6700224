import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MAIN, makeFolder, makoto } from './makoto.ts'

/** The line of FORMATS §1 that anybody can run. */
const BY_HAND = String.raw`find . -mindepth 1 \( -name '.*' -o -name '_*' ! -name '*=*' -o -name '*._COPYING_' \) -prune -o -type f -printf '%P\n' | LC_ALL=C sort | xargs -r -d '\n' sha256sum -- | sha256sum`

function layOutOrders(): string {
  const cwd = makeFolder()
  mkdirSync(join(cwd, 'orders/year=2024'), { recursive: true })
  writeFileSync(join(cwd, 'orders/part-0.csv'), 'id,total\n1,10\n')
  writeFileSync(join(cwd, 'orders/year=2024/part-1 Größe.csv'), 'id,total\n2,20\n')
  writeFileSync(join(cwd, 'orders/_SUCCESS'), '')
  return cwd
}

test('a file: the line that sha256sum prints', async () => {
  const cwd = layOutOrders()
  const { code, stdout } = await makoto(['digest', 'orders/part-0.csv'], { cwd })
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: execFileSync('sha256sum', ['orders/part-0.csv'], { cwd, encoding: 'utf8' }),
  })
})

test('a directory: the digest that find and sha256sum arrive at', async () => {
  const cwd = layOutOrders()
  const { stdout, stderr } = await makoto(['digest', 'orders'], { cwd })
  const [byHand] = execFileSync('bash', ['-c', BY_HAND], { cwd: join(cwd, 'orders'), encoding: 'utf8' }).split(' ')
  expect(stdout).toBe(`${byHand}  orders\n`)
  expect(stderr).toBe('2 files, 28 bytes, 1 left out\n')
})

test('a manifest: bytes that sha256sum --check reads', async () => {
  const cwd = layOutOrders()
  const { stdout } = await makoto(['digest', 'orders', '--manifest'], { cwd })
  execFileSync('sha256sum', ['--check', '--strict'], { cwd: join(cwd, 'orders'), input: stdout })
  expect(stdout).toMatch(/^[0-9a-f]{64} {2}part-0\.csv\n[0-9a-f]{64} {2}year=2024\/part-1 Größe\.csv\n$/)
})

test('JSON', async () => {
  const cwd = layOutOrders()
  const { stdout } = await makoto(['digest', 'orders', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'https://makoto.dev/schemas/cli/digest/v1',
    name: `dataset:file:${cwd}/orders`,
    kind: 'files',
    bytes: '28',
    leftOut: 1,
    files: [{ path: 'part-0.csv', size: 14 }, { path: 'year=2024/part-1 Größe.csv' }],
  })
})

test.each([
  ['what is not there', (_: string) => undefined, ['absent'], 6, 'could not be read'],
  [
    'a link, unless allowed',
    (cwd: string) => symlinkSync('part-0.csv', join(cwd, 'orders/link.csv')),
    ['orders'],
    6,
    'link.csv',
  ],
  [
    'a table, unless asked for its files',
    (cwd: string) => mkdirSync(join(cwd, 'orders/_delta_log')),
    ['orders'],
    6,
    'Delta table',
  ],
  ['files left out, if strict', (_: string) => undefined, ['orders', '--strict'], 5, 'no data by their names'],
  ['the manifest of one file', (_: string) => undefined, ['orders/part-0.csv', '--manifest'], 2, 'only a directory'],
])('refuses %s', async (_, arrange, args, exit, message) => {
  const cwd = layOutOrders()
  arrange(cwd)
  const { code, stdout, stderr } = await makoto(['digest', ...args], { cwd })
  expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
  expect(stderr).toContain(message)
})

test.skipIf(process.getuid?.() === 0)('a file that may not be read ends with 6', async () => {
  const cwd = layOutOrders()
  chmodSync(join(cwd, 'orders/part-0.csv'), 0)
  expect(await makoto(['digest', 'orders'], { cwd })).toMatchObject({ code: 6, stdout: '' })
})

test('Ctrl-C ends it with 130 and prints no digest', async () => {
  const cwd = makeFolder()
  mkdirSync(join(cwd, 'large'))
  for (const name of ['a', 'b', 'c', 'd']) {
    writeFileSync(join(cwd, 'large', name), '')
    truncateSync(join(cwd, 'large', name), 2 ** 40)
  }
  const child = spawn(process.execPath, ['--conditions=@makoto/source', MAIN, 'digest', 'large'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  await waitForThreads(child.pid)
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([130, null])
  expect(Buffer.concat(printed).toString()).toBe('')
})

/** Hashing has begun once the process has opened one of the files. */
async function waitForThreads(pid: number | undefined): Promise<void> {
  for (;;) {
    const open = execFileSync('bash', ['-c', `ls -l /proc/${pid}/fd 2>/dev/null || true`], { encoding: 'utf8' })
    if (open.includes('/large/')) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
