import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { formatBytes, showHashing } from '../src/progress.ts'
import { runCommandLine } from '../src/run-command-line.ts'
import { type Orders, prepareAttestedOrders } from './attested-orders.ts'
import { makoto } from './makoto.ts'

const SILENT = { data() {}, json() {}, print() {}, say() {}, clearProgress() {} }

describe('progress', () => {
  test('is not made where nobody would see it', () => {
    expect(showHashing({ ...SILENT, showProgress: undefined })).toBeUndefined()
  })

  test('starts after a second, then comes at most ten times a second', () => {
    const lines: string[] = []
    let now = 0
    const report = showHashing({ ...SILENT, showProgress: (line) => lines.push(line) }, () => now)
    for (now = 0; now <= 1250; now += 50) report?.({ files: 3, totalFiles: 64, bytes: 1.5e9, totalBytes: 4e9 })
    expect(lines).toEqual(Array(3).fill('hashing: 3 of 64 files, 1.5 GB, 37 %'))
  })

  test.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 KB'],
    [250_400_000, '250 MB'],
    [3.2e15, '3200 TB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})

/** Runs the command line here, on a terminal, by a clock that moves two seconds at every look; what standard error got. */
async function runSlowly(args: readonly string[]): Promise<string> {
  let now = 0
  let said = ''
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 2000
    return now
  })
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  const { isTTY } = process.stderr
  process.stderr.isTTY = true
  try {
    expect(await runCommandLine(args, new AbortController().signal)).toBe('ok')
  } finally {
    process.stderr.isTTY = isTTY
    vi.restoreAllMocks()
  }
  return said
}

const trustOf = ({ cwd, trust }: Orders) => trust.map((word) => (word.startsWith('--') ? word : join(cwd, word)))

const READERS: Readonly<Record<string, (orders: Orders) => string[] | Promise<string[]>>> = {
  digest: () => [],
  'attest origin': ({ cwd }) => ['--store', join(cwd, 'store')],
  verify: trustOf,
  report: (orders) => ['--out', join(orders.cwd, 'orders.html'), ...trustOf(orders)],
  dbom: trustOf,
  export: (orders) => ['--out', join(orders.cwd, 'orders.tar.gz'), ...trustOf(orders)],
  'verify-summary': async ({ cwd, verify }) => {
    await makoto(['key', 'generate', '--out', 'verifier'], { cwd })
    await verify('--format', 'vsa', '--sign-key', 'verifier.key', '--out', 'orders.vsa.json')
    return ['--summary', join(cwd, 'orders.vsa.json'), '--key', join(cwd, 'verifier.pub'), '--level', '1']
  },
}

describe('long work is shown', () => {
  test.each(Object.entries(READERS))('by %s', async (name, optionsOf) => {
    const orders = await prepareAttestedOrders()
    const args = [...name.split(' '), join(orders.cwd, 'orders'), ...(await optionsOf(orders))]
    expect(await runSlowly(args)).toContain('hashing: 2 of 2 files, 28 bytes, 100 %')
  })

  test('by verify of one file of a set', async () => {
    const orders = await prepareAttestedOrders()
    const place = join(orders.cwd, 'orders')
    const args = ['verify', join(place, 'part-0.csv'), '--in', place, ...trustOf(orders)]
    expect(await runSlowly(args)).toContain('hashing: 1 of 1 files, 14 bytes, 100 %')
  })

  test('by every command that reads data', async () => {
    const commands = await Promise.all(COMMANDS.map(({ load }) => load()))
    const readers = commands.filter(({ options }) => 'symlinks' in options).map(({ name }) => name)
    expect(Object.keys(READERS).toSorted()).toEqual(readers.toSorted())
  })
})
