// The lane that compares us with real programs of Sigstore. Where they are not there yet, Go builds them beside the lanes before.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { startAhead } from './ahead.mjs'
import { runTool } from './child.mjs'
import { hasGo, locateInterop, UNBUILT } from './interop.mjs'
import { readVitestReport } from './reports.mjs'
import { ROOT } from './toolchain.mjs'

const BUILDER = join(ROOT, 'tooling', 'scripts', 'build-interop.mjs')
const HOME = join(ROOT, 'packages', 'interop')

/** Begins what takes long; undefined where nothing is missing, or nothing can be done about it. */
export function buildInteropAhead() {
  return locateInterop().missing.length > 0 && hasGo() ? startAhead(BUILDER) : undefined
}

/** Skipped, with a word, where the real programs cannot be had; a builder that died is a failure. */
export async function testInterop(building) {
  const { text: words = '', status: built = UNBUILT } = (await building?.finish()) ?? {}
  process.stdout.write(words)
  const { home, missing } = locateInterop()
  if (missing.length > 0 && built !== UNBUILT) return { status: 1 }
  if (missing.length > 0) return { status: 0, absent: words.trim().split('\n').at(-1) || 'Go is not on the PATH' }
  const report = join(HOME, 'reports', 'vitest.json')
  rmSync(report, { force: true })
  const status = runTool('vitest', ['run'], { cwd: HOME, env: { MAKOTO_INTEROP_TOOLS: home } })
  return { status, counts: [readVitestReport(report)] }
}
