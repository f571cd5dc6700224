import { MakotoError } from '../errors.ts'
import type { SeenVersion } from '../verify/version-memory.ts'

/** Version, time or `-`, subject, attestation, name: the name last, because it may hold spaces; it holds no control character. */
const LINE = /^v1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{64}) ([0-9a-f]{64}) (\P{Cc}+)$/u

/** @see docs/spec/predicates.md Memory */
export function formatMemoryLine({ name, subject, bundle, time }: SeenVersion): string {
  if (/\p{Cc}/u.test(name))
    throw new MakotoError('name-invalid', 'a name with a control character cannot be remembered')
  return `v1 ${time === undefined ? '-' : new Date(time).toISOString()} ${subject} ${bundle} ${name}\n`
}

/** A line that cannot be read is no line to skip: it may have been the one that says no. */
export function parseMemory(text: string, path: string): SeenVersion[] {
  if (text === '') return []
  if (!text.endsWith('\n')) throw invalid(path, 'its last line is cut off')
  return text
    .slice(0, -1)
    .split('\n')
    .map(
      (line, index) =>
        parseLine(line) ?? fail(invalid(path, `line ${index + 1} is not "v1 <time> <subject> <attestation> <name>"`)),
    )
}

function parseLine(line: string): SeenVersion | undefined {
  const [, stated, subject, bundle, name] = LINE.exec(line) ?? []
  if (stated === undefined || subject === undefined || bundle === undefined || name === undefined) return undefined
  const time = stated === '-' ? undefined : Date.parse(stated)
  return Number.isNaN(time) ? undefined : { name, subject, bundle, time }
}

function fail(error: MakotoError): never {
  throw error
}

function invalid(path: string, fault: string): MakotoError {
  return new MakotoError('memory-invalid', `The memory file ${path} cannot be read: ${fault}.`, {
    hint: 'Repair the line, or remove it if you know what it said.',
  })
}
