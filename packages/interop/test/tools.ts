import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'

/** A directory of programs, made by tooling/scripts/interop.mjs. */
const TOOLS = env.MAKOTO_INTEROP_TOOLS ?? ''

const run = promisify(execFile)

export interface CosignOutcome {
  readonly code: number
  readonly output: string
}

/** Runs cosign with a home of its own and no network but loopback. */
export async function cosign(
  args: readonly string[],
  { home, password = '' }: { home: string; password?: string },
): Promise<CosignOutcome> {
  const options = {
    env: { PATH: env.PATH ?? '', HOME: home, COSIGN_PASSWORD: password, TUF_ROOT: join(home, 'tuf') },
    cwd: home,
  }
  try {
    const { stdout, stderr } = await run(join(TOOLS, 'cosign'), [...args], options)
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number | string; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { code, output: stdout + stderr }
  }
}

/** A real server on a free port of the loopback interface, until `stop`. */
export interface RunningServer {
  readonly url: string
  readonly stop: () => Promise<void>
}

export async function startTimestampServer(): Promise<RunningServer & { readonly chainPem: string }> {
  const port = await findPort()
  const args = [
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--timestamp-signer',
    'memory',
    '--disable-ntp-monitoring',
  ]
  const server = await start('timestamp-server', args, { url: `http://127.0.0.1:${port}`, ready: '/ping' })
  const chain = await fetch(`${server.url}/api/v1/timestamp/certchain`)
  return { url: `${server.url}/api/v1/timestamp`, stop: server.stop, chainPem: await chain.text() }
}

export interface RekorServer extends RunningServer {
  /** The first line of its checkpoints. */
  readonly origin: string
  readonly key: KeyObject
}

export async function startRekor(): Promise<RekorServer> {
  const home = mkdtempSync(join(tmpdir(), 'makoto-rekor-'))
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const keyFile = join(home, 'log.pem')
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const [http, grpc, metrics] = [await findPort(), await findPort(), await findPort()]
  const origin = 'rekor.interop.test'
  const args = [
    ...['serve', '--hostname', origin, '--signer-filepath', keyFile, '--storage-dir', join(home, 'log')],
    ...['--http-address', '127.0.0.1', '--http-port', `${http}`, '--http-metrics-port', `${metrics}`],
    ...['--grpc-address', '127.0.0.1', '--grpc-port', `${grpc}`],
    ...['--batch-max-age', '100ms', '--checkpoint-interval', '200ms'],
  ]
  const server = await start('rekor-server', args, { url: `http://127.0.0.1:${http}`, ready: '/healthz' })
  const stop = async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
  return { ...server, stop, origin, key: publicKey }
}

async function start(
  program: string,
  args: readonly string[],
  { url, ready }: { url: string; ready: string },
): Promise<RunningServer> {
  const child = spawn(join(TOOLS, program), [...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4096)
  })
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${words}`))),
  )
  ended.catch(() => undefined)
  await Promise.race([ended, untilAnswers(`${url}${ready}`)])
  return { url, stop: () => stop(child) }
}

async function untilAnswers(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    await setTimeout(25)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
