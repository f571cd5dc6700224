import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../src/timestamp-authority-main.ts', import.meta.url))

it('serves in a process of its own, says where, and leaves nothing behind', async () => {
  const child = spawn(execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  const { url, rootPemPath } = JSON.parse(String(line))
  expect(readFileSync(rootPemPath, 'utf8')).toContain('BEGIN CERTIFICATE')
  expect(await fetch(url, { method: 'POST', body: new Uint8Array([0x30, 0x00]) }).catch(() => 'refused')).toBe(
    'refused',
  )
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(existsSync(rootPemPath)).toBe(false)
})
