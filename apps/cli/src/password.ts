import { readSecretText } from '@makoto/core'
import { UsageError } from './usage-error.ts'

/** The password in a file, read as whoever opens the key reads it: one end of line, which editors add, is not part of it. */
export async function readPasswordFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const password = await readSecretText({ file: path })
  if (password === '') throw new UsageError(`the password file ${path} is empty`)
  return password
}
