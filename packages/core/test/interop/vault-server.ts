import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A real server with keys in its transit engine, in memory and on the loopback interface. */
export interface VaultServer {
  readonly url: string
  readonly token: string
  readonly close: () => Promise<void>
}

/** `bao` or `vault`, whichever is on the PATH. */
export function findVaultProgram(): string | undefined {
  return ['bao', 'vault'].find((program) => {
    try {
      execFileSync(program, ['version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

export async function startVaultServer(program: string, keys: Readonly<Record<string, string>>): Promise<VaultServer> {
  const address = `127.0.0.1:${await findFreePort()}`
  const token = 'makoto-test-root'
  const dev = ['-dev', '-dev-no-store-token', `-dev-root-token-id=${token}`, `-dev-listen-address=${address}`]
  const server = spawn(program, ['server', ...dev], { stdio: ['ignore', 'pipe', 'ignore'] })
  await untilSaid(server, /server started!/)
  const url = `http://${address}`
  const post = async (path: string, body: object) => {
    const headers = { 'x-vault-token': token }
    const { status } = await fetch(`${url}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (status >= 300) throw new Error(`${path}: HTTP ${status}`)
  }
  await post('sys/mounts/transit', { type: 'transit' })
  for (const [name, type] of Object.entries(keys)) await post(`transit/keys/${name}`, { type })
  return {
    url,
    token,
    close: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      await ended
    },
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Reads on after it: a server whose pipe is full or closed stands still, or dies. */
function untilSaid(server: ChildProcess, words: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.stdout?.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-4096)
      if (words.test(said)) resolve()
    })
    server.once('exit', () => reject(new Error(`the server ended: ${said}`)))
  })
}
