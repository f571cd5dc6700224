import { randomBytes } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './usage-error.ts'

type Content = string | Uint8Array

/**
 * Gives a file new content as a whole: whoever reads it, now or after we have died, sees the old or the new. What is no
 * file, a pipe or a device, is written to as it is.
 */
export async function replaceFile(path: string, content: Content): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path)
    const known = await stat(target).catch(() => undefined)
    if (known !== undefined && !known.isFile()) return await writeFile(target, content)
    const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
    await writeWhole(temporary, content, known?.mode)
    await rename(temporary, target).catch((error: unknown) => removeAndThrow(temporary, error))
  } catch (error) {
    throw notWritten(path, error)
  }
}

/** Writes a file where none is yet, whole or not at all: half of one would be in the way of the next attempt. */
export async function writeNewFile(path: string, content: Content, mode?: number): Promise<void> {
  try {
    await writeWhole(path, content, mode)
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (taken) throw new UsageError(`${path} is there already and is not replaced`, 'choose another --out')
    throw notWritten(path, error)
  }
}

async function writeWhole(path: string, content: Content, mode: number | undefined): Promise<void> {
  const file = await open(path, 'wx', mode)
  await fill(file, content).catch((error: unknown) => removeAndThrow(path, error))
}

async function fill(file: FileHandle, content: Content): Promise<void> {
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function removeAndThrow(path: string, error: unknown): Promise<never> {
  await rm(path, { force: true })
  throw error
}

const notWritten = (path: string, error: unknown) =>
  new UsageError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
