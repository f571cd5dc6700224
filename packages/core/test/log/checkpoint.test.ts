import {
  decodeBase64,
  decodeHex,
  noteKeyId,
  parseCheckpoint,
  parseSignedNote,
  verifyCheckpoint,
  verifyCosignatures,
  verifySignature,
} from '@makoto/core'
import { createTransparencyLog, createWitness } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { concatBytes, encodeUtf8 } from '../../src/encoding.ts'
import { readPublicKey } from '../../src/key/public-key.ts'
import { trustLog } from './trusted-log.ts'

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='
const LINE =
  '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n'
const noteOf = (...lines: string[]) => `${lines.map((line) => `${line}\n`).join('')}\n${LINE}`

const invalid = expect.objectContaining({ code: 'log-invalid' })

describe('a signed note', () => {
  /** The example of c2sp.org/signed-note. */
  it('is signed by the key that C2SP says', () => {
    const { text, signatures } = parseSignedNote(
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
    )
    const [line] = signatures
    const raw = decodeBase64('AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k').subarray(1)
    const key = readPublicKey(concatBytes(decodeHex('302a300506032b6570032100'), raw))
    expect(line).toMatchObject({ name: 'example.com/foo', keyId: '530d903a' })
    expect(noteKeyId(key, 'example.com/foo')).toBe('530d903a')
    expect(verifySignature(key, encodeUtf8(text), line?.signature ?? new Uint8Array())).toBe(true)
  })

  it('may have empty lines in its text', () => {
    expect(parseSignedNote(`a\n\nb\n\n${LINE}`).text).toBe('a\n\nb\n')
  })

  it('takes sixteen signatures of post-quantum size', () => {
    const line = `— example.com/big ${Buffer.alloc(5_000, 1).toString('base64')}\n`
    expect(parseSignedNote(`text\n\n${line.repeat(16)}`).signatures).toHaveLength(16)
  })

  it.each([
    ['nothing', ''],
    ['no signature', 'text\n'],
    ['no empty line', `text\n${LINE}`],
    ['no newline at its end', `text\n\n${LINE.slice(0, -1)}`],
    ['a carriage return', `text\r\n\n${LINE}`],
    ['a NUL', `te\u0000xt\n\n${LINE}`],
    ['half a surrogate pair', `te\ud800xt\n\n${LINE}`],
    ['another line among the signatures', `text\n\n${LINE}more\n`],
    ['a hyphen in place of the dash', `text\n\n${LINE.replace('—', '-')}`],
    ['a plus in a name', `text\n\n${LINE.replace('example.com', 'example+com')}`],
    ['an unseen space in a name', `text\n\n${LINE.replace('example.com', 'example\u0085com')}`],
    ['base64 without its padding', `text\n\n${LINE.replace('=\n', '\n')}`],
    ['a signature of no bytes', 'text\n\n— example.com/foo Uw2QOg==\n'],
    ['too many signatures', `text\n\n${LINE.repeat(65)}`],
    ['too much text', `${'text\n'.repeat(30_000)}\n${LINE}`],
  ])('is refused with %s', (_what, note) => {
    expect(() => parseSignedNote(note)).toThrow(invalid)
  })
})

describe('a checkpoint', () => {
  it('is origin, size, root hash and extensions', () => {
    expect(parseCheckpoint(noteOf('example.com/behind-the-sofa', '20852163', ROOT, 'Timestamp: 1'))).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      treeSize: 20_852_163,
      rootHash: decodeBase64(ROOT),
      extensions: ['Timestamp: 1'],
      text: `example.com/behind-the-sofa\n20852163\n${ROOT}\nTimestamp: 1\n`,
    })
  })

  it.each([
    ['without origin', noteOf('20852163', ROOT)],
    ['without size', noteOf('example.com', ROOT)],
    ['without root hash', noteOf('example.com', '20852163')],
    ['with an empty origin', noteOf('', '20852163', ROOT)],
    ['with a leading zero', noteOf('example.com', '020852163', ROOT)],
    ['with a sign', noteOf('example.com', '+1', ROOT)],
    ['with a size in hexadecimal', noteOf('example.com', '0x10', ROOT)],
    ['with a size beyond what can be counted', noteOf('example.com', '9007199254740993', ROOT)],
    ['with an endless size', noteOf('example.com', '9'.repeat(400), ROOT)],
    ['with a short root', noteOf('example.com', '1', 'AAAA')],
    ['with a root that is not base64', noteOf('example.com', '1', ROOT.replace('=', ''))],
    ['with an empty extension line', noteOf('example.com', '1', ROOT, '', 'more')],
    ['with endless extensions', noteOf('example.com', '1', ROOT, ...Array.from({ length: 33 }, () => 'x'))],
  ])('%s is refused', (_what, note) => {
    expect(() => parseCheckpoint(note)).toThrow(invalid)
  })
})

describe.each(['ed25519', 'ecdsa-p256'] as const)("a log's checkpoint under %s", (key) => {
  const log = createTransparencyLog({ key })
  const text = log.checkpointText()

  it('is the log’s', () => {
    expect(() => verifyCheckpoint(parseCheckpoint(log.signCheckpoint(text)), trustLog(log))).not.toThrow()
  })

  it('may carry signatures of anybody else', () => {
    const others = createWitness('witness.example').cosign(text, new Date())
    expect(() => verifyCheckpoint(parseCheckpoint(log.signCheckpoint(text) + others), trustLog(log))).not.toThrow()
  })

  it('is refused under another key', () => {
    const other = createTransparencyLog({ key })
    expect(() => verifyCheckpoint(parseCheckpoint(other.signCheckpoint(text)), trustLog(log))).toThrow(invalid)
  })

  it('is refused with a tree that the log did not sign', () => {
    const signed = log.signCheckpoint(text).replace('\n5\n', '\n6\n')
    expect(() => verifyCheckpoint(parseCheckpoint(signed), trustLog(log))).toThrow(invalid)
  })

  it('is refused where a second signature in its name does not hold', () => {
    const [, line = ''] = log.signCheckpoint(`${text}other\n`).split('\n\n')
    expect(() => verifyCheckpoint(parseCheckpoint(log.signCheckpoint(text) + line), trustLog(log))).toThrow(invalid)
  })

  it('is refused under another origin, though the log signed it', () => {
    const origins = ['log.example.com', 'log.exampl', 'Log.example', 'log.example/2', 'log.example - 1']
    for (const origin of origins) {
      const signed = log.signCheckpoint(text.replace(/^.*\n/, `${origin}\n`))
      expect(() => verifyCheckpoint(parseCheckpoint(signed), trustLog(log, { origin: 'log.example' }))).toThrow(invalid)
    }
  })
})

describe('a checkpoint of Rekor v1', () => {
  const log = createTransparencyLog({ rekor: 1, origin: 'rekor.example' })
  const signed = parseCheckpoint(log.signCheckpoint(log.checkpointText()))

  it('has a tree id in its origin', () => {
    expect(() => verifyCheckpoint(signed, trustLog(log), { treeIds: true })).not.toThrow()
    expect(() => verifyCheckpoint(signed, trustLog(log, { origin: 'rekor.example' }), { treeIds: true })).not.toThrow()
  })

  it('is no checkpoint of any other log', () => {
    expect(() => verifyCheckpoint(signed, trustLog(log, { origin: 'rekor.example' }))).toThrow(invalid)
    expect(() => verifyCheckpoint(signed, trustLog(log, { origin: 'example' }), { treeIds: true })).toThrow(invalid)
  })
})

describe('a cosignature', () => {
  const log = createTransparencyLog()
  const text = log.checkpointText()
  const witness = createWitness('witness.example/w1')
  const seen = new Date('2026-11-21T03:20:00Z')
  const trusted = { name: witness.name, key: readPublicKey(new Uint8Array(witness.spki)) }

  it('counts where the witness is trusted', () => {
    const checkpoint = parseCheckpoint(log.signCheckpoint(text) + witness.cosign(text, seen))
    expect(verifyCosignatures(checkpoint, [trusted])).toEqual([
      { witness: witness.name, id: trusted.key.id, time: seen },
    ])
  })

  it('counts once, however often it stands there', () => {
    const twice = witness.cosign(text, seen) + witness.cosign(text, new Date())
    expect(verifyCosignatures(parseCheckpoint(log.signCheckpoint(text) + twice), [trusted])).toHaveLength(1)
  })

  it('of somebody unknown is ignored', () => {
    const checkpoint = parseCheckpoint(log.signCheckpoint(text) + witness.cosign(text, seen))
    expect(verifyCosignatures(checkpoint, [])).toEqual([])
    expect(verifyCosignatures(checkpoint, [{ ...trusted, name: 'witness.example/w2' }])).toEqual([])
  })

  it('over another tree is refused', () => {
    const checkpoint = parseCheckpoint(log.signCheckpoint(text) + witness.cosign(text.replace('\n5\n', '\n6\n'), seen))
    expect(() => verifyCosignatures(checkpoint, [trusted])).toThrow(invalid)
  })

  it('at another time than it was made is refused', () => {
    const line = witness.cosign(text, seen)
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64')
    bytes[11] = (bytes[11] ?? 0) ^ 1
    const altered = `— ${witness.name} ${bytes.toString('base64')}\n`
    expect(() => verifyCosignatures(parseCheckpoint(log.signCheckpoint(text) + altered), [trusted])).toThrow(invalid)
  })
})
