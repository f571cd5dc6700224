import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export type Outcome = { code: number | null; stdout: string; stderr: string }

/** Runs the real command line in a process of its own, with no terminal and no password in the environment. */
export async function makoto(
  args: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: object } = {},
): Promise<Outcome> {
  const { COSIGN_PASSWORD: _, NO_COLOR: __, NODE_OPTIONS: ___, ...clean } = process.env
  const child = spawn(process.execPath, ['--conditions=@makoto/source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...clean, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  const [stdout, stderr, code] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ])
  return { code, stdout, stderr }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** An empty directory that is gone after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'makoto-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
