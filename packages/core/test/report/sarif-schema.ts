import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import draft from 'ajv-draft-04'
import addFormats from 'ajv-formats'

/** The schema as OASIS published it, out of Microsoft's package; the matcher of that package is not used. */
const SCHEMA = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')

const ajv = new draft.default({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats.default(ajv)
const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))

/** What the published schema has against a log; nothing where it follows it. */
export function validateSarif(log: unknown): string[] {
  if (validate(log)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
