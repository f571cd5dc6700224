import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { digestManifest, parsePublicKey, verifyBundle } from '../../src/index.ts'

const read = (name: string) => readFileSync(new URL(`../../../../fixtures/interop/${name}`, import.meta.url))
const key = parsePublicKey(read('model-signing.pub'))
const verify = (bytes: Uint8Array) => verifyBundle(bytes, { keys: [key], timestampAuthorities: [] })

/** Made with `model_signing sign key` 1.1.1 over a directory that holds `a.txt` with "hello" and a newline. */
it('accepts a bundle of model_signing, as far as its predicate goes', () => {
  const report = verify(read('model-signing.sigstore.json'))
  expect(report).toMatchObject({
    accepted: true,
    level: 1,
    statement: { predicateType: 'https://model_signing/signature/v1.0' },
  })
  expect(report.known?.kind).toBe('other')
})

it('does not take its digest of a set for ours', () => {
  const { statement } = verify(read('model-signing.sigstore.json'))
  const file = { path: 'a.txt', sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03' }
  expect(statement?.subject[0]?.digest.sha256).not.toBe(digestManifest([file]).sha256)
})

it('refuses it with another byte', () => {
  const text = read('model-signing.sigstore.json').toString().replace('"payload":"ewog', '"payload":"ewoh')
  expect(verify(new TextEncoder().encode(text)).accepted).toBe(false)
})
