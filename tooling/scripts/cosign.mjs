// Which cosign judges our bundles: the one that the interop lane builds, else one of the same major version on the PATH.
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { locateInterop } from './interop.mjs'

/** Bundles of version 0.3, and `verify-blob-attestation` with a digest in place of a file, came with this one. */
const MAJOR = 3

/** The program, or the reason why there is none that could judge. */
export function findCosign({ env = process.env } = {}) {
  const { home, missing } = locateInterop(env)
  if (!missing.includes('cosign')) return { program: join(home, 'cosign') }
  const asked = spawnSync('sh', ['-c', 'command -v cosign && cosign version 2>&1'], { encoding: 'utf8', env })
  if (asked.status !== 0) return { reason: 'cosign is not installed' }
  const version = /GitVersion:\s+v?(\d+)(\S*)/.exec(asked.stdout)
  if (Number(version?.[1]) === MAJOR) return { program: asked.stdout.split('\n')[0] }
  return { reason: `cosign ${version ? version[1] + version[2] : 'of no known version'} is not cosign ${MAJOR}` }
}

/** Makes that program the `cosign` of whoever has `bin` first on PATH. */
export function linkCosign(bin, { program }) {
  if (program === undefined) return
  mkdirSync(bin, { recursive: true })
  symlinkSync(program, join(bin, 'cosign'))
}
