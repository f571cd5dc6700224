import { lstatSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { MakotoError } from '../errors.ts'
import { type HashedFile, hashFile, READ_BUFFER_BYTES } from './hash-file.ts'
import { type Batch, hashOnWorkers } from './hash-pool.ts'

export interface HashProgress {
  readonly files: number
  readonly bytes: number
  readonly totalFiles: number
  /** Unknown for very many files: asking for the sizes would cost as much as hashing small ones. */
  readonly totalBytes?: number
}

export interface HashOptions {
  /** Worker threads for large inputs. Default: one for each core, at most 16. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: HashProgress) => void) | undefined
  /** Scan text for what nobody sees, as it is hashed. Default: no. @see SPEC §4 D9 */
  readonly rendering?: boolean | undefined
}

/** Below both, starting a worker (some 30 ms) would cost more than it saves. */
const FEW_FILES = 2000
const FEW_BYTES = 32 * 1024 * 1024
const BATCH_FILES = 64
const BATCH_BYTES = 8 * 1024 * 1024
const MAX_THREADS = 16

/**
 * SHA-256 of each file, in the order given. Each byte is read once; memory does not grow with the files' sizes.
 *
 * @throws MakotoError `data-unreadable`, `data-changed`, `special-file`, `aborted`
 */
export async function hashFiles(files: readonly string[], options: HashOptions = {}): Promise<HashedFile[]> {
  const { threads = Math.min(availableParallelism(), MAX_THREADS), signal, rendering = false } = options
  refuseAborted(signal)
  const sizes = files.length <= FEW_FILES ? files.map(sizeOf) : undefined
  const totalBytes = sizes?.reduce((total, size) => total + size, 0)
  const progress = trackProgress(files.length, totalBytes, options.onProgress)
  return totalBytes !== undefined && totalBytes <= FEW_BYTES
    ? hashHere(files, { signal, rendering, ...progress })
    : hashOnWorkers(files, planBatches(files.length, sizes), {
        threads: Math.max(1, threads),
        signal,
        rendering,
        ...progress,
        hashHere: hashSmallFiles(progress, rendering),
      })
}

/** A batch that is large must not hold up the caller's thread: then a worker does it. */
function hashSmallFiles(
  { onBytes }: ProgressSteps,
  rendering: boolean,
): (files: readonly string[]) => readonly HashedFile[] | undefined {
  const buffer = new Uint8Array(READ_BUFFER_BYTES)
  return (files) => {
    const bytes = files.reduce((total, file) => total + sizeOf(file), 0)
    return bytes > BATCH_BYTES ? undefined : files.map((file) => hashFile(file, buffer, { onBytes, rendering }))
  }
}

interface ProgressSteps {
  readonly onBytes: (bytes: number) => void
  readonly onFiles: (files: number) => void
}

async function hashHere(
  files: readonly string[],
  { signal, rendering, onBytes, onFiles }: ProgressSteps & Pick<HashOptions, 'signal' | 'rendering'>,
): Promise<HashedFile[]> {
  const buffer = new Uint8Array(READ_BUFFER_BYTES)
  const hashed: HashedFile[] = []
  for (const file of files) {
    if (hashed.length % BATCH_FILES === BATCH_FILES - 1) await setImmediate()
    refuseAborted(signal)
    hashed.push(hashFile(file, buffer, { onBytes, rendering }))
    onFiles(1)
  }
  return hashed
}

/** Small files travel together, large ones alone and first, so that no thread is left with the largest at the end. */
function planBatches(count: number, sizes: readonly number[] | undefined): Batch[] {
  const order = Array.from({ length: count }, (_, index) => index)
  if (sizes !== undefined) order.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0))
  const batches: Batch[] = []
  let batch: number[] = []
  let bytes = 0
  for (const index of order) {
    batch.push(index)
    bytes += sizes?.[index] ?? 0
    if (batch.length >= BATCH_FILES || bytes >= BATCH_BYTES) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
  }
  return batch.length === 0 ? batches : [...batches, batch]
}

function trackProgress(
  totalFiles: number,
  totalBytes: number | undefined,
  onProgress: HashOptions['onProgress'],
): ProgressSteps {
  let files = 0
  let bytes = 0
  const report = () => onProgress?.({ files, bytes, totalFiles, ...(totalBytes === undefined ? {} : { totalBytes }) })
  return {
    onBytes: (more) => {
      bytes += more
      report()
    },
    onFiles: (more) => {
      files += more
      report()
    },
  }
}

function sizeOf(file: string): number {
  try {
    return lstatSync(file).size
  } catch (cause) {
    throw new MakotoError('data-unreadable', `${file} could not be read.`, { cause })
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MakotoError('aborted', 'Hashing was stopped.', { cause: signal.reason })
}
