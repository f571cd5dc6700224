import { parentPort, workerData } from 'node:worker_threads'
import { MakotoError, type MakotoErrorCode } from '../errors.ts'
import { type HashedFile, type HashFileOptions, hashFile, READ_BUFFER_BYTES } from './hash-file.ts'

/** What a worker is started with. */
export type WorkerSetting = { readonly rendering: boolean }

/** What a worker answers: that it is up; bytes as they pass, then the batch, or why it could not be hashed. */
export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'hashed'; readonly hashed: readonly HashedFile[] }
  | { readonly kind: 'failed'; readonly code: MakotoErrorCode; readonly message: string; readonly hint?: string }

const REPORT_EVERY = 64 * 1024 * 1024
const buffer = new Uint8Array(READ_BUFFER_BYTES)
const { rendering }: WorkerSetting = workerData
const options: HashFileOptions = { onBytes: countBytes, rendering }
let unreported = 0

parentPort?.on('message', (files: readonly string[]) => answer(hashBatch(files)))
answer({ kind: 'ready' })

function hashBatch(files: readonly string[]): WorkerAnswer {
  try {
    const hashed = files.map((file) => hashFile(file, buffer, options))
    reportBytes()
    return { kind: 'hashed', hashed }
  } catch (cause) {
    const error = cause instanceof MakotoError ? cause : new MakotoError('data-unreadable', String(cause))
    return { kind: 'failed', code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) }
  }
}

function countBytes(bytes: number): void {
  unreported += bytes
  if (unreported >= REPORT_EVERY) reportBytes()
}

function reportBytes(): void {
  answer({ kind: 'bytes', bytes: unreported })
  unreported = 0
}

function answer(message: WorkerAnswer): void {
  parentPort?.postMessage(message)
}
