import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundleForBrowser } from './bundle-for-browser.ts'

/** Compressed, as a server sends it, YAML for policies included. What adds to it should be worth it. */
const MAX_KILOBYTES = 150

describe('the verifier in a browser', () => {
  let bundled: Awaited<ReturnType<typeof bundleForBrowser>>
  beforeAll(async () => {
    bundled = await bundleForBrowser()
  })

  it('asks the machine for nothing that only Node.js has', () => {
    expect(bundled.code).not.toMatch(/["']node:/)
    expect(bundled.code).not.toMatch(/(?<![.\w$])(?:Buffer|process)\s*\./)
    expect(bundled.inputs.filter((path) => /platform\/node\.ts$/.test(path))).toEqual([])
    expect(bundled.inputs).toContain('src/platform/web.ts')
  })

  it('has no way to a disk, a network or a private key', () => {
    expect(bundled.code).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket|createPrivateKey/)
    expect(bundled.inputs.filter((path) => path.startsWith('src/key/')).sort()).toEqual([
      'src/key/pem.ts',
      'src/key/public-key.ts',
      'src/key/subject-public-key.ts',
      'src/key/verify-signature.ts',
    ])
    expect(bundled.inputs.filter((path) => /file-store|http-|request-timestamp|hash-file/.test(path))).toEqual([])
  })

  it(`is smaller than ${MAX_KILOBYTES} kB`, () => {
    const kilobytes = gzipSync(bundled.code).length / 1000
    console.info(`the verifier: ${Math.round(bundled.code.length / 1000)} kB, ${kilobytes.toFixed(0)} kB compressed`)
    expect(kilobytes).toBeLessThan(MAX_KILOBYTES)
  })
})
