// Lays the demo's stage: fresh folders under .demo/, the raw data, the commands, and a timestamp authority.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findCosign, linkCosign } from '../cosign.mjs'
import { ROOT } from '../toolchain.mjs'
import { startClock } from './clock.mjs'
import { layRawData } from './data.mjs'
import { writeMakoto, writeSparkSubmit } from './launchers.mjs'

const HOME = join(ROOT, '.demo')
const SQL_JOB = 'packages/spark-listener/examples-job/target/sql-job.jar'
export const BIN = join(HOME, 'bin')

/** Everything but the cache is made anew; answers the running timestamp authority, and which cosign there is. */
export async function prepare() {
  for (const folder of ['lake', 'store', 'keys', 'bin', 'scratch'])
    rmSync(join(HOME, folder), { recursive: true, force: true })
  mkdirSync(join(HOME, 'keys'), { recursive: true })
  copyFileSync(join(ROOT, SQL_JOB), join(HOME, 'sql-job.jar'))
  layRawData(join(HOME, 'lake', 'raw'))
  writeMakoto(BIN)
  writeSparkSubmit(BIN, { module: 'spark-3.5_2.12', scratch: join(HOME, 'scratch') })
  const cosign = findCosign()
  linkCosign(BIN, cosign)
  return { authority: await startClock(join(HOME, 'keys', 'demo-tsa.pem')), cosign }
}
