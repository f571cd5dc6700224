import { Worker } from 'node:worker_threads'
import { MakotoError } from '../errors.ts'
import type { HashedFile } from './hash-file.ts'
import type { WorkerAnswer } from './hash-worker.ts'

/** Indexes of files that go to a worker together. */
export type Batch = readonly number[]

export interface PoolOptions {
  readonly threads: number
  readonly signal?: AbortSignal | undefined
  readonly onBytes: (bytes: number) => void
  readonly onFiles: (files: number) => void
}

/** Batches that a worker has at once: one in work, one waiting, so that it never idles between two messages. */
const IN_FLIGHT = 2

/**
 * Hashes batches of files on worker threads. The first failure, or an abort, ends every worker; none outlives the call.
 */
export async function hashOnWorkers(
  files: readonly string[],
  batches: readonly Batch[],
  { threads, signal, onBytes, onFiles }: PoolOptions,
): Promise<HashedFile[]> {
  const hashed = new Array<HashedFile>(files.length)
  const queue = batches.values()
  const workers: Worker[] = []

  const feed = (worker: Worker, inWork: Batch[]): boolean => {
    const { value: batch } = queue.next()
    if (batch === undefined) return inWork.length > 0
    inWork.push(batch)
    worker.postMessage(batch.map((index) => files[index]))
    return true
  }

  const accept = (batch: Batch, results: readonly HashedFile[]) => {
    for (const [at, index] of batch.entries()) {
      const result = results[at]
      if (result !== undefined) hashed[index] = result
    }
    onFiles(batch.length)
  }

  const runWorker = () =>
    new Promise<void>((resolve, reject) => {
      const worker = startWorker()
      const inWork: Batch[] = []
      workers.push(worker)
      worker.on('error', (cause) => reject(new MakotoError('data-unreadable', 'a hashing thread failed', { cause })))
      worker.on('exit', () => reject(new MakotoError('data-unreadable', 'a hashing thread ended early')))
      worker.on('message', (answer: WorkerAnswer) => {
        if (answer.kind === 'failed') reject(errorOf(answer))
        else if (answer.kind === 'bytes') onBytes(answer.bytes)
        else {
          accept(inWork.shift() ?? [], answer.hashed)
          if (!feed(worker, inWork)) resolve()
        }
      })
      for (let i = 0; i < IN_FLIGHT; i++) feed(worker, inWork)
      if (inWork.length === 0) resolve()
    })

  const aborted = watchAbort(signal)
  try {
    const count = Math.min(threads, batches.length)
    await Promise.race([Promise.all(Array.from({ length: count }, runWorker)), aborted.promise])
    return hashed
  } finally {
    aborted.stop()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** The same file as source and as build output; the compiler does not rewrite the extension inside a URL. */
function startWorker(): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new Worker(new URL(`./hash-worker.${extension}`, import.meta.url))
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
