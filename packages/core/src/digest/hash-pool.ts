import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { MakotoError } from '../errors.ts'
import type { HashedFile } from './hash-file.ts'
import type { WorkerAnswer, WorkerSetting } from './hash-worker.ts'

/** Indexes of files that go to a worker together. */
export type Batch = readonly number[]

export interface PoolOptions {
  readonly threads: number
  readonly signal?: AbortSignal | undefined
  readonly rendering: boolean
  readonly onBytes: (bytes: number) => void
  readonly onFiles: (files: number) => void
  /** Hashes a batch on the calling thread, or declines one that would hold it up. */
  readonly hashHere: (files: readonly string[]) => readonly HashedFile[] | undefined
}

/** Batches that a worker has at once: one in work, one waiting, so that it never idles between two messages. */
const IN_FLIGHT = 2

/**
 * Hashes batches of files on worker threads. The calling thread takes batches of small files until they are up, which
 * is as long as some thousand files take. The first failure, or an abort, ends every worker; none outlives the call.
 */
export async function hashOnWorkers(
  files: readonly string[],
  batches: readonly Batch[],
  { threads, signal, rendering, onBytes, onFiles, hashHere }: PoolOptions,
): Promise<HashedFile[]> {
  const hashed = new Array<HashedFile>(files.length)
  const queue = batches.toReversed()
  const workers: Worker[] = []
  const pathsOf = (batch: Batch) => batch.map((index) => files[index] ?? '')
  let starting = Math.min(threads, batches.length)
  let failed = false

  const accept = (batch: Batch, results: readonly HashedFile[]) => {
    for (const [at, index] of batch.entries()) {
      const result = results[at]
      if (result !== undefined) hashed[index] = result
    }
    onFiles(batch.length)
  }

  const runWorker = () =>
    new Promise<void>((resolve, reject) => {
      const worker = startWorker({ rendering })
      const inWork: Batch[] = []
      const feed = () => {
        const batch = queue.pop()
        if (batch === undefined) return
        inWork.push(batch)
        worker.postMessage(pathsOf(batch))
      }
      workers.push(worker)
      worker.on('error', (cause) => reject(new MakotoError('data-unreadable', 'a hashing thread failed', { cause })))
      worker.on('exit', () => reject(new MakotoError('data-unreadable', 'a hashing thread ended early')))
      worker.on('message', (answer: WorkerAnswer) => {
        if (answer.kind === 'failed') reject(errorOf(answer))
        else if (answer.kind === 'bytes') onBytes(answer.bytes)
        else if (answer.kind === 'ready') {
          starting--
          for (let i = 0; i < IN_FLIGHT; i++) feed()
        } else {
          accept(inWork.shift() ?? [], answer.hashed)
          feed()
        }
        if (answer.kind !== 'bytes' && inWork.length === 0) resolve()
      })
    })

  const helpWhileStarting = async () => {
    while (starting > 0 && !failed) {
      await setImmediate()
      const batch = queue.at(0)
      const results = batch === undefined ? undefined : hashHere(pathsOf(batch))
      if (batch === undefined || results === undefined) return
      queue.shift()
      accept(batch, results)
    }
  }

  const aborted = watchAbort(signal)
  try {
    const running = [...Array.from({ length: starting }, runWorker), helpWhileStarting()]
    await Promise.race([Promise.all(running), aborted.promise])
    return hashed
  } finally {
    failed = true
    aborted.stop()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** The same file as source and as build output; the compiler does not rewrite the extension inside a URL. */
function startWorker(setting: WorkerSetting): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new Worker(new URL(`./hash-worker.${extension}`, import.meta.url), { workerData: setting })
}

function errorOf({ code, message, hint }: Extract<WorkerAnswer, { kind: 'failed' }>): MakotoError {
  return new MakotoError(code, message, hint === undefined ? {} : { hint })
}

function watchAbort(signal: AbortSignal | undefined): { promise: Promise<never>; stop: () => void } {
  let stop = () => {}
  const promise = new Promise<never>((_, reject) => {
    const abort = () => reject(new MakotoError('aborted', 'Hashing was stopped.', { cause: signal?.reason }))
    signal?.addEventListener('abort', abort, { once: true })
    stop = () => signal?.removeEventListener('abort', abort)
  })
  return { promise, stop }
}
