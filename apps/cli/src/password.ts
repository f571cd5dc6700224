import { readNamedText } from './read-file.ts'
import { UsageError } from './usage-error.ts'

/** The password in a file; one end of line, which editors add, is not part of it. */
export async function readPasswordFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const password = (await readNamedText(path, 'password file')).replace(/\r?\n$/, '')
  if (password === '') throw new UsageError(`the password file ${path} is empty`)
  return password
}
