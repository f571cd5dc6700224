import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { UNBUILT } from '../scripts/interop.mjs'
import { testInterop } from '../scripts/interop-lane.mjs'

describe('the interop lane without its programs', () => {
  let cache

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'makoto-lane-'))
    vi.stubEnv('XDG_CACHE_HOME', cache)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(cache, { recursive: true })
  })

  const endedWith = (status, text) => ({ finish: async () => ({ status, text }) })

  test('is skipped where nobody could build them, in the words of who tried', async () => {
    const tried = endedWith(UNBUILT, 'building cosign, once\nGo could not build cosign: no network\n')
    expect(await testInterop(tried)).toEqual({ status: 0, absent: 'Go could not build cosign: no network' })
    expect(await testInterop(undefined)).toEqual({ status: 0, absent: 'Go is not on the PATH' })
  })

  test.each([1, 0])('fails where their builder ended with %i', async (status) => {
    expect(await testInterop(endedWith(status, ''))).toEqual({ status: 1 })
  })
})
