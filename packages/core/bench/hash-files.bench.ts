/**
 * Hashing a directory against `openssl dgst` run in parallel over the same files, warm cache, interleaved.
 *
 *     node --conditions=@makoto/source packages/core/bench/hash-files.bench.ts [--megabytes 1024] [--files 16] [--pairs 5]
 *     … --small 20000        as many files of 16 KB instead
 *
 * Prints medians and their ratio (higher is better for us). model_signing stands beside them where Python has it.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { digestDirectory } from '@makoto/core'

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1024' },
    files: { type: 'string', default: '16' },
    small: { type: 'string', default: '0' },
    pairs: { type: 'string', default: '5' },
  },
})
const small = Number(values.small)
const count = small || Number(values.files)
const size = small ? 16 * 1024 : Math.floor((Number(values.megabytes) * 1024 * 1024) / count)
const threads = String(availableParallelism())

interface Contender {
  readonly name: string
  readonly run: (root: string) => unknown
}

const ours: Contender = { name: 'makoto', run: (root) => digestDirectory(root) }
const openssl: Contender = {
  name: `openssl dgst -P${threads}`,
  run: (root) =>
    execFileSync('sh', [
      '-c',
      `find "$1" -type f -print0 | xargs -0 -P ${threads} -n ${Math.max(1, Math.ceil(count / 64))} openssl dgst -sha256 > "$1.out"`,
      'sh',
      root,
    ]),
}
const modelSigning: Contender = {
  name: 'model_signing',
  run: (root) => execFileSync('python3', ['-c', MODEL_SIGNING, root]),
}
const MODEL_SIGNING = 'import sys, model_signing as m; m.hashing.Config().hash(sys.argv[1])'

const contenders = hasModelSigning() ? [ours, openssl, modelSigning] : [ours, openssl]
const root = mkdtempSync(join(tmpdir(), 'makoto-bench-'))
try {
  writeFiles(root)
  const seconds = await measurePairs(root)
  const megabytes = (count * size) / 1e6
  console.log(`${count} files of ${size} bytes, ${threads} threads, ${values.pairs} interleaved rounds`)
  for (const { name } of contenders) {
    const own = median(seconds.get(name) ?? [])
    const ratios = (seconds.get(name) ?? []).map((time, round) => time / (seconds.get(ours.name)?.[round] ?? time))
    console.log(
      `${name.padEnd(20)} ${own.toFixed(3)} s  ${(megabytes / own).toFixed(0).padStart(6)} MB/s  makoto is ${median(ratios).toFixed(2)} × as fast`,
    )
  }
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)
} finally {
  rmSync(root, { recursive: true, force: true })
  rmSync(`${root}.out`, { force: true })
}

function writeFiles(directory: string): void {
  const bytes = randomFillSync(new Uint8Array(size))
  for (let i = 0; i < count; i++) {
    const folder = join(directory, `part=${i % 16}`)
    mkdirSync(folder, { recursive: true })
    bytes[0] = i & 0xff
    bytes[1] = i >> 8
    writeFileSync(join(folder, `part-${i}.bin`), bytes)
  }
}

async function measurePairs(directory: string): Promise<Map<string, number[]>> {
  const seconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (const { run } of contenders) await run(directory)
  for (let round = 0; round < Number(values.pairs); round++)
    for (const { name, run } of contenders) {
      const start = performance.now()
      await run(directory)
      seconds.get(name)?.push((performance.now() - start) / 1000)
    }
  return seconds
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

function hasModelSigning(): boolean {
  return spawnSync('python3', ['-c', 'import model_signing']).status === 0
}
