import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { nameLog, noteKeyId, parseLog, parsePublicKey } from '@makoto/core'
import { describe, expect, it } from 'vitest'

/** The example of c2sp.org/signed-note. */
const NOTE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
/** As a witness on the public network publishes it. */
const WITNESS = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'

const invalid = expect.objectContaining({ code: 'trust-invalid' })
const newKey = (curve: string) => generateKeyPairSync('ec', { namedCurve: curve }).publicKey
const rsaKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const derOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const base64 = (...parts: readonly Uint8Array[]) => Buffer.concat(parts).toString('base64')

const p256 = newKey('P-256')
const vkeyOf = (key: KeyObject, name = 'rekor.example') =>
  `${name}+${digest(derOf(key)).slice(0, 8)}+${base64(Buffer.of(2), derOf(key))}`

describe('the verifier key of a log', () => {
  it('names origin and key, of Ed25519', () => {
    const log = parseLog(NOTE_KEY)
    const raw = Buffer.from(NOTE_KEY.split('+')[2] ?? '', 'base64')
    const id = digest(Buffer.concat([Buffer.from('example.com/foo\n'), raw]))
    expect(log).toMatchObject({ name: 'example.com/foo', origin: 'example.com/foo', id })
    expect(log.key.algorithm).toBe('ed25519')
    expect(log.id.slice(0, 8)).toBe('530d903a')
  })

  it('names origin and key, of ECDSA on P-256', () => {
    const log = parseLog(vkeyOf(p256), { name: 'ours', validFor: { start: 1, end: 2 } })
    expect(log).toMatchObject({ name: 'ours', origin: 'rekor.example', id: digest(derOf(p256)) })
    expect(log).toMatchObject({ key: { algorithm: 'ecdsa-p256', hash: 'sha256' }, validFor: { start: 1, end: 2 } })
    expect(noteKeyId(log.key, 'rekor.example')).toBe(log.id.slice(0, 8))
  })

  it.each([
    ['the key of a witness', WITNESS],
    ['another key id', NOTE_KEY.replace('+53', '+54')],
    ['another name', NOTE_KEY.replace('foo', 'fop')],
    ['an Ed25519 key cut short', `example.com/foo+530d903a+${base64(Buffer.of(1), Buffer.alloc(31))}`],
    ['an Ed25519 key as one of ECDSA', NOTE_KEY.replace('+Aek', '+Auk')],
    ['a curve whose hash nobody agrees on', vkeyOf(newKey('P-384'))],
    ['RSA as ECDSA', vkeyOf(rsaKey())],
    ['more behind the key', `${vkeyOf(p256)}AAAA`],
    ['a type that nobody has', vkeyOf(p256).replace('+Aj', '+CT')],
    ['no name', `+${NOTE_KEY.split('+').slice(1).join('+')}`],
  ])('is refused with %s', (_what, vkey) => {
    expect(() => parseLog(vkey)).toThrow(invalid)
  })
})

describe('a log by its key', () => {
  const ed25519 = parsePublicKey(pemOf(generateKeyPairSync('ed25519').publicKey))

  it('has its id from the key alone, and any origin, where it states none', () => {
    for (const key of [p256, newKey('P-384'), rsaKey()]) {
      const log = nameLog({ key: parsePublicKey(pemOf(key)) })
      expect(log).toMatchObject({ id: digest(derOf(key)), name: digest(derOf(key)) })
      expect(log).not.toHaveProperty('origin')
    }
  })

  it('is refused where no entry of it could be read', () => {
    expect(() => nameLog({ key: ed25519 })).toThrow(invalid)
    expect(() => nameLog({ key: parsePublicKey(pemOf(rsaKey())), origin: 'rekor.example' })).toThrow(invalid)
    expect(nameLog({ key: ed25519, origin: 'rekor.example' }).name).toBe('rekor.example')
  })
})
