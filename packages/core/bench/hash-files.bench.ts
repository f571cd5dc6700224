/**
 * Hashing a directory against `openssl dgst` run in parallel over the same files, warm cache, interleaved.
 *
 *     node --conditions=@makoto/source packages/core/bench/hash-files.bench.ts     4 GB in 64 files; 20,000 of 16 KB
 *     … --files 16 --kilobytes 65536 [--pairs 5]                                   one other shape
 *
 * Prints medians and how many times as fast we are.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { digestDirectory } from '@makoto/core'
import { median, type Shape, writeFiles } from './bench-files.ts'

const { values } = parseArgs({
  options: {
    files: { type: 'string' },
    kilobytes: { type: 'string', default: '65536' },
    pairs: { type: 'string', default: '5' },
  },
})
const threads = String(availableParallelism())

const SHAPES: readonly Shape[] =
  values.files === undefined
    ? [
        { count: 64, size: 64 * 1024 * 1024 },
        { count: 20_000, size: 16 * 1024 },
      ]
    : [{ count: Number(values.files), size: Number(values.kilobytes) * 1024 }]

interface Contender {
  readonly name: string
  readonly run: (root: string, shape: Shape) => unknown
}

const ours: Contender = { name: 'makoto', run: (root) => digestDirectory(root) }
const openssl: Contender = {
  name: `openssl dgst -P${threads}`,
  run: (root, { count }) =>
    execFileSync('sh', [
      '-c',
      `find "$1" -type f -print0 | xargs -0 -P ${threads} -n "$2" openssl dgst -sha256 > "$1.out"`,
      'sh',
      root,
      String(filesPerProcess(count)),
    ]),
}
const contenders = [ours, openssl]
for (const shape of SHAPES) await compareOver(shape)
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)

async function compareOver(shape: Shape): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'makoto-bench-'))
  try {
    writeFiles(root, shape)
    printMedians(shape, await measureRounds(root, shape))
  } finally {
    rmSync(root, { recursive: true, force: true })
    rmSync(`${root}.out`, { force: true })
  }
}

function printMedians({ count, size }: Shape, seconds: ReadonlyMap<string, readonly number[]>): void {
  console.log(`${count} files of ${size} bytes, ${threads} threads, ${values.pairs} interleaved rounds`)
  const own = seconds.get(ours.name) ?? []
  for (const [name, times] of seconds) {
    const rate = (count * size) / 1e6 / median(times)
    const ratio = median(times.map((time, round) => time / (own[round] ?? time)))
    const against = name === ours.name ? '' : `  makoto is ${ratio.toFixed(2)} × as fast`
    console.log(`${name.padEnd(20)} ${median(times).toFixed(3)} s  ${rate.toFixed(0).padStart(6)} MB/s${against}`)
  }
}

/** Few enough processes that their start does not count, enough that both cores stay busy. */
function filesPerProcess(count: number): number {
  return Math.max(1, Math.ceil(count / 64))
}

async function measureRounds(directory: string, shape: Shape): Promise<Map<string, number[]>> {
  const seconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (const { run } of contenders) await run(directory, shape)
  for (let round = 0; round < Number(values.pairs); round++)
    for (const { name, run } of contenders) {
      const start = performance.now()
      await run(directory, shape)
      seconds.get(name)?.push((performance.now() - start) / 1000)
    }
  return seconds
}
