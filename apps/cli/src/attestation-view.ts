import {
  type Bundle,
  type KnownStatement,
  MakotoError,
  parseBundle,
  parseStatement,
  readPredicate,
  type Statement,
  sha256Hex,
} from '@makoto/core'

/** An attestation as it lies there: read, and not verified in any way. */
export type AttestationView = {
  readonly sha256: string
  readonly bundle: Bundle | undefined
  readonly statement: Statement
  readonly known: KnownStatement
}

/** Reads a bundle, an unsigned statement, or JSON Lines of either. */
export function readAttestations(bytes: Uint8Array): AttestationView[] {
  const whole = tryReading(bytes)
  if (whole.view !== undefined) return [whole.view]
  const lines = splitLines(bytes)
  if (lines.length < 2) throw whole.error
  return lines.map(readAttestation)
}

function tryReading(bytes: Uint8Array): { view: AttestationView; error?: never } | { view?: never; error: unknown } {
  try {
    return { view: readAttestation(bytes) }
  } catch (error) {
    return { error }
  }
}

export function readAttestation(bytes: Uint8Array): AttestationView {
  const bundle = new TextDecoder().decode(bytes.subarray(0, 4096)).includes('"_type"') ? undefined : parseBundle(bytes)
  const statement = parseStatement(bundle === undefined ? bytes : bundle.payload)
  return { sha256: sha256Hex(bytes), bundle, statement, known: readKnown(statement) }
}

/** What breaks its schema is still shown: whoever looks wants to see what is there. */
function readKnown(statement: Statement): KnownStatement {
  try {
    return readPredicate(statement)
  } catch (error) {
    if (error instanceof MakotoError) return { kind: 'other', predicate: statement.predicate }
    throw error
  }
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start)
    const line = bytes.subarray(start, end < 0 ? bytes.length : end)
    if (line.length > 0) lines.push(line)
    start = end < 0 ? bytes.length : end + 1
  }
  return lines
}
