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
import { UsageError } from './usage-error.ts'

/** Policies extend and name files beside them, wherever the command is run. */
const FILES: PolicyFiles = {
  resolve: (reference, from) => resolve(dirname(from), reference),
  async read(place, maxBytes) {
    const bytes = await readNamedFile(place, 'policy file')
    if (bytes.length > maxBytes) throw new UsageError(`${place} has ${bytes.length} bytes, ${maxBytes} are allowed`)
    return bytes
  },
}

export async function readPolicyFile(path: string): Promise<Policy> {
  return readPolicy(resolve(path), FILES)
}

export async function readPolicyTests(path: string): Promise<PolicyTestDocument> {
  const place = resolve(path)
  const result = policyTestDocumentSchema.safeParse(parsePolicyText(await FILES.read(place, 1 << 20), place))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new MakotoError('policy-invalid', `${place}: ${issue?.path.join('.') || 'document'}: ${issue?.message}`)
}
