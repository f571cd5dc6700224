import { MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { type FlatDbom, flatDbomSchema } from '../statement/index.ts'
import { describeIssues } from '../statement/schema-issues.ts'

const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads a flat DBOM v0.1, of ours or of the public SDKs. It is somebody's word: nothing in it is signed in a way that
 * can be checked. Refuses with `statement-invalid` what breaks the schema or the line of its hashes.
 *
 * @see SPEC §2 Flat DBOM v0.1
 */
export function readFlatDbom(bytes: Uint8Array): FlatDbom {
  const result = flatDbomSchema.safeParse(parseJson(bytes, { maxBytes: MAX_BYTES, maxDepth: 16 }))
  if (result.success) return result.data
  throw new MakotoError('statement-invalid', `this is no flat DBOM v0.1: ${describeIssues(result.error)}`)
}
