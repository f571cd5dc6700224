// Which cosign judges our bundles: the one that the interop lane builds, else one of the same major version on the PATH.
import { mkdirSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findInstalledCosign } from './installed-cosign.mjs'
import { locateInterop } from './interop.mjs'

/** Bundles of version 0.3, and `verify-blob-attestation` with a digest in place of a file, came with this one. */
const MAJOR = 3

/** The program, or the reason why there is none that could judge. */
export function findCosign({ env = process.env } = {}) {
  const { home, missing } = locateInterop(env)
  if (!missing.includes('cosign')) return { program: join(home, 'cosign') }
  const installed = findInstalledCosign(env)
  if (installed === undefined) return { reason: 'cosign is not installed' }
  const { path, version } = installed
  return Number.parseInt(version, 10) === MAJOR
    ? { program: path }
    : { reason: `cosign ${version} is not cosign ${MAJOR}` }
}

/** The PATH on which tests find the cosign that the interop lane has built, if it has. */
export function pathWithCosign(env = process.env) {
  const { home, missing } = locateInterop(env)
  return missing.includes('cosign') ? env.PATH : [home, env.PATH].join(delimiter)
}

/** Makes that program the `cosign` of whoever has `bin` first on PATH. */
export function linkCosign(bin, { program }) {
  if (program === undefined) return
  mkdirSync(bin, { recursive: true })
  symlinkSync(program, join(bin, 'cosign'))
}
