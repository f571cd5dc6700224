import { dirname, resolve } from 'node:path'
import {
  MakotoError,
  type Policy,
  type PolicyFiles,
  type PolicyTestDocument,
  parsePolicyText,
  policyTestDocumentSchema,
  readPolicy,
} from '@makoto/core'
import { readNamedFile } from './read-file.ts'

/**
 * Policies extend and name files beside them, wherever the command is run.
 *
 * @param named the file that the command line names; every other one is named by a file
 */
const openPolicyFiles = (named?: string): PolicyFiles => ({
  resolve: (reference, from) => resolve(dirname(from), reference),
  read: (place, maxBytes) => readNamedFile(place, 'policy file', { maxBytes, regular: place !== named }),
})

export async function readPolicyFile(path: string): Promise<Policy> {
  return readPolicy(resolve(path), openPolicyFiles(resolve(path)))
}

/** The same of a policy that a file of tests names. */
export async function readTestedPolicy(path: string): Promise<Policy> {
  return readPolicy(resolve(path), openPolicyFiles())
}

export async function readPolicyTests(path: string): Promise<PolicyTestDocument> {
  const place = resolve(path)
  const result = policyTestDocumentSchema.safeParse(
    await parsePolicyText(await openPolicyFiles(place).read(place, 1 << 20), place),
  )
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new MakotoError('policy-invalid', `${place}: ${issue?.path.join('.') || 'document'}: ${issue?.message}`)
}
