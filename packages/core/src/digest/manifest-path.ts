import { hasLoneSurrogate } from '../encoding.ts'
import { MakotoError } from '../errors.ts'

/**
 * Refuses with `path-invalid` what no manifest may hold. Such names are an error and never escaped: `sha256sum` escapes
 * them, and two readers of an escaped name need not agree.
 *
 * @see FORMATS §1
 */
export function checkManifestPath(path: string): void {
  const fault = faultOfPath(path)
  if (fault !== undefined)
    throw new MakotoError('path-invalid', `The file name ${JSON.stringify(path)} ${fault}.`, {
      hint: 'Rename the file, or attest a directory without it.',
    })
}

function faultOfPath(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.includes('\0') || path.includes('\r') || path.includes('\n')) return 'holds NUL, CR or LF'
  if (path.includes('\\')) return 'holds a backslash'
  if (path.startsWith('/')) return 'begins with a slash'
  if (hasLoneSurrogate(path)) return 'is not UTF-8'
  return /(?:^|\/)\.{0,2}(?:\/|$)/.test(path) ? 'has an empty, . or .. segment' : undefined
}

/**
 * Paths that one file system holds apart and another does not: equal after Unicode normalisation and case folding.
 * A verifier that writes or reads them elsewhere would see one file for two.
 */
export function findPathClashes(paths: Iterable<string>): [string, string][] {
  const seen = new Map<string, string>()
  const clashes: [string, string][] = []
  for (const path of paths) {
    const folded = path.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC')
    const first = seen.get(folded)
    if (first === undefined) seen.set(folded, path)
    else if (first !== path) clashes.push([first, path])
  }
  return clashes
}
