import { existsSync } from 'node:fs'
import { env } from 'node:process'
import { describe } from 'vitest'

const CANDIDATES = [
  env.MAKOTO_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Debian's, or the one that the environment names; undefined where there is none. */
export const CHROMIUM = CANDIDATES.find((path) => path !== '' && existsSync(path))

/** Runs a suite where a browser is there; else says what is missing. */
export function describeInBrowser(name: string, body: () => void): void {
  if (CHROMIUM === undefined)
    console.warn(`skipped: ${name}: no Chromium; apt-get install chromium, or set MAKOTO_CHROMIUM`)
  describe.skipIf(CHROMIUM === undefined)(name, body)
}
