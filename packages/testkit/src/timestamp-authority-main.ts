/**
 * A timestamp authority in a process of its own: prints one line of JSON, `{ url, rootPemPath }`, and
 * serves until it is told to stop (SIGTERM, SIGINT).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { startTimestampAuthority } from './timestamp-authority/start.ts'

const authority = await startTimestampAuthority()
const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'makoto-tsa-'))
const rootPemPath = join(folder, 'tsa-root.pem')
writeFileSync(rootPemPath, authority.rootPem)
process.stdout.write(`${JSON.stringify({ url: authority.url, rootPemPath })}\n`)

async function stop() {
  await authority.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}

process.once('SIGTERM', stop)
process.once('SIGINT', stop)
