import { formatWitness, parseWitness, parseWitnesses } from '@makoto/core'
import { createWitness } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { readPublicKey } from '../../src/key/public-key.ts'

/** As a witness on the public network publishes it. */
const NAVIGLI = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'
/** The example of c2sp.org/signed-note: a key that signs notes and no cosignatures. */
const NOTE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'

const invalid = expect.objectContaining({ code: 'trust-invalid' })

describe('a verifier key', () => {
  it('names a witness and its key', () => {
    const { name, key } = parseWitness(NAVIGLI)
    expect([name, key.algorithm]).toEqual(['witness.navigli.sunlight.geomys.org', 'ed25519'])
    expect(formatWitness({ name, key })).toBe(NAVIGLI)
  })

  it('stands one a line', () => {
    const { name, spki } = createWitness('witness.example/w1')
    const own = formatWitness({ name, key: readPublicKey(new Uint8Array(spki)) })
    expect(parseWitnesses(`${NAVIGLI}\r\n\n${own}\n`).map((witness) => witness.name)).toEqual([
      'witness.navigli.sunlight.geomys.org',
      name,
    ])
  })

  it.each([
    ['nothing', ''],
    ['another key id', NAVIGLI.replace('+a3', '+a4')],
    ['another name', NAVIGLI.replace('navigli', 'navigl1')],
    ['another key', NAVIGLI.replace('BNy', 'BNz')],
    ['a key that signs notes', NOTE_KEY],
    ['a key cut short', NAVIGLI.replace('JpGx', '').slice(0, -4)],
    ['a key without its padding', `${NAVIGLI}A`],
    ['a space in its name', NAVIGLI.replace('witness.', 'witness ')],
    ['more behind it', `${NAVIGLI}+more`],
  ])('is refused with %s', (_what, vkey) => {
    expect(() => parseWitness(vkey)).toThrow(invalid)
  })

  it('is refused in a file without end', () => {
    expect(() => parseWitnesses(`${NAVIGLI}\n`.repeat(1000))).toThrow(invalid)
  })
})
