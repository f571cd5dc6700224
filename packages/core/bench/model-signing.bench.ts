/**
 * Hashing and signing 20,000 files of 16 KB against model_signing 1.1.1, warm cache, in turn: in a process each that
 * has started long since. CPU of all threads beside the wall, for machines that are shared.
 *
 *     python3 -m venv ms && ms/bin/pip install model-signing==1.1.1
 *     node --conditions=@makoto/source packages/core/bench/model-signing.bench.ts --python ms/bin/python [--pairs 5]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { attestOrigin, digestDirectory, generateKey, openSigner, openStore } from '@makoto/core'
import { median, writeFiles } from './bench-files.ts'

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    pairs: { type: 'string', default: '5' },
    files: { type: 'string', default: '20000' },
    kilobytes: { type: 'string', default: '16' },
  },
})

/** Answers each line, `hash` or `sign`, with the seconds that it took: on the wall, and of CPU. */
const MODEL_SIGNING = `
import sys, time, model_signing as m
root, key, signature = sys.argv[1:]
def sign(): m.signing.Config().use_elliptic_key_signer(private_key=key).sign(root, signature)
for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    m.hashing.Config().hash(root) if line.strip() == 'hash' else sign()
    print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
`

type Work = 'hash' | 'sign'

const home = mkdtempSync(join(tmpdir(), 'makoto-bench-'))
try {
  await compare(home)
} finally {
  rmSync(home, { recursive: true, force: true })
}

async function compare(folder: string): Promise<void> {
  const [root, key] = [join(folder, 'data'), join(folder, 'bench.key')]
  const shape = { count: Number(values.files), size: Number(values.kilobytes) * 1024 }
  mkdirSync(root)
  writeFiles(root, shape)
  writeFileSync(key, (await generateKey()).privateKeyPem)
  const ours = openMakoto(root, key, folder)
  const theirs = openModelSigning([root, key, join(folder, 'model.sig')])
  console.log(`${shape.count} files of ${shape.size} bytes, ${values.pairs} pairs in turn`)
  for (const work of ['hash', 'sign'] as const) await printPairs(work, ours, theirs.run)
  await theirs.close()
}

interface Seconds {
  readonly wall: number
  readonly cpu: number
}

type Run = (work: Work) => Promise<Seconds>

function openMakoto(root: string, key: string, folder: string): Run {
  let stores = 0
  const sign = async () => {
    const store = await openStore(join(folder, `store-${stores++}`))
    await attestOrigin(root, { store, signer: await openSigner(key) })
  }
  return async (work) => {
    const [began, used] = [performance.now(), process.cpuUsage()]
    await (work === 'hash' ? digestDirectory(root) : sign())
    const { user, system } = process.cpuUsage(used)
    return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 }
  }
}

function openModelSigning(args: readonly string[]): { run: Run; close: () => Promise<unknown> } {
  const child = spawn(values.python, ['-c', MODEL_SIGNING, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    run: async (work) => {
      child.stdin.write(`${work}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${values.python} has no model_signing, or it failed`)
      const [wall = Number.NaN, cpu = Number.NaN] = value.split(' ').map(Number)
      return { wall, cpu }
    },
    close: () => {
      child.stdin.end()
      return once(child, 'close')
    },
  }
}

async function printPairs(work: Work, ours: Run, theirs: Run): Promise<void> {
  await ours(work)
  await theirs(work)
  const pairs: Pair[] = []
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    const before = pair % 2 === 0 ? await ours(work) : undefined
    const b = await theirs(work)
    pairs.push({ a: before ?? (await ours(work)), b })
  }
  for (const figure of ['wall', 'cpu'] as const) console.log(`${work}, ${figure}: ${describePairs(pairs, figure)}`)
}

interface Pair {
  readonly a: Seconds
  readonly b: Seconds
}

function describePairs(pairs: readonly Pair[], figure: keyof Seconds): string {
  const [own, other] = [median(pairs.map(({ a }) => a[figure])), median(pairs.map(({ b }) => b[figure]))]
  const ratios = pairs.map(({ a, b }) => b[figure] / a[figure])
  const range = `${Math.min(...ratios).toFixed(1)} – ${Math.max(...ratios).toFixed(1)}`
  return `makoto ${own.toFixed(2)} s, model_signing ${other.toFixed(2)} s, ${median(ratios).toFixed(1)} × (${range})`
}
