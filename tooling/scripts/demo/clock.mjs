// The timestamp authority of the demo and of whatever else runs jobs: on loopback, until it is closed.
import { writeFileSync } from 'node:fs'

/** Starts it, and writes what a verifier has to trust to `rootFile`. */
export async function startClock(rootFile) {
  const { startTimestampAuthority } = await import('../../../packages/testkit/src/timestamp-authority/start.ts')
  const authority = await startTimestampAuthority()
  writeFileSync(rootFile, authority.rootPem)
  return authority
}
