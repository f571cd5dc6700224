// Lays the demo's stage: fresh folders under .demo/, the raw data, the two commands, and a timestamp authority.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../toolchain.mjs'
import { layRawData } from './data.mjs'
import { writeLaunchers } from './launchers.mjs'

const HOME = join(ROOT, '.demo')
const SQL_JOB = 'packages/spark-listener/examples-job/target/sql-job.jar'
export const BIN = join(HOME, 'bin')

/** Everything but the cache is made anew; answers the running timestamp authority. */
export async function prepare() {
  for (const folder of ['lake', 'store', 'keys', 'bin', 'scratch'])
    rmSync(join(HOME, folder), { recursive: true, force: true })
  mkdirSync(join(HOME, 'keys'), { recursive: true })
  copyFileSync(join(ROOT, SQL_JOB), join(HOME, 'sql-job.jar'))
  layRawData(join(HOME, 'lake', 'raw'))
  writeLaunchers(BIN, join(HOME, 'scratch'))
  const { startTimestampAuthority } = await import('../../../packages/testkit/src/timestamp-authority/start.ts')
  const authority = await startTimestampAuthority()
  writeFileSync(join(HOME, 'keys', 'demo-tsa.pem'), authority.rootPem)
  return authority
}
