import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTimestampAuthority } from '@makoto/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeFolder, makoto } from './makoto.ts'

describe('doctor', () => {
  test('ends with 0 on a machine that runs these tests', async () => {
    const { code, stdout } = await makoto(['doctor'])
    expect(code).toBe(0)
    expect(stdout).toContain(process.versions.node)
    expect(stdout).toMatch(/^(ok|missing) +agent /m)
  })

  test('tries key, store and timestamp authority, and leaves nothing in the store', async () => {
    const cwd = makeFolder()
    const authority = await startTimestampAuthority()
    onTestFinished(() => authority.close())
    await makoto(['key', 'generate', '--out', 'k'], { cwd })
    const args = ['doctor', '--key', 'k.key', '--store', 'a/store', '--timestamp-url', authority.url, '--json']
    const { code, stdout } = await makoto(args, { cwd })
    expect(code).toBe(0)
    const { schema, ok, findings } = JSON.parse(stdout)
    expect({ schema, ok }).toEqual({ schema: 'https://makoto.dev/schemas/cli/doctor/v1', ok: true })
    expect(findings).toEqual(
      expect.arrayContaining(
        ['key', 'store', 'timestamp'].map((name) => expect.objectContaining({ name, status: 'ok' })),
      ),
    )
    expect(authority.requests()).toBe(1)
  })

  test.each([
    ['a key that is not there', ['--key', 'absent.key'], 'key', /^next: /m],
    ['a store where a file stands', ['--store', 'file/store'], 'store', /^next: /m],
    ['a timestamp authority that is down', ['--timestamp-url', 'http://127.0.0.1:9/'], 'timestamp', /^next: /m],
    ['a timestamp URL that is none', ['--timestamp-url', 'tsa'], 'timestamp', /^next: .*--timestamp-url/m],
  ])('ends with 1 on %s, and says what to do next', async (_, args, name, next) => {
    const cwd = makeFolder()
    mkdirSync(join(cwd, 'a'))
    writeFileSync(join(cwd, 'file'), '')
    const { code, stdout, stderr } = await makoto(['doctor', ...args], { cwd })
    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`^FAILED +${name} `, 'm'))
    expect(stderr).toMatch(next)
  })
})
