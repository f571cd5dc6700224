import { encodeHex, parseJson } from '@makoto/core'
import { z } from 'zod'

const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** Of a statement only what binds it to an artifact: others' predicates are none of ours. */
const statementSchema = z.looseObject({
  _type: z.enum(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']),
  subject: z
    .array(z.looseObject({ digest: z.record(z.string(), z.string()) }))
    .min(1)
    .max(1024),
})

export function namesSubject(
  { payload, payloadType }: { payload: Uint8Array; payloadType: string },
  sha256: Uint8Array,
): boolean {
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) return false
  const statement = statementSchema.parse(parseJson(payload))
  return statement.subject.some(({ digest }) => digest.sha256 === encodeHex(sha256))
}
