import { spawnSync } from 'node:child_process'
import { createPrivateKey, hash } from 'node:crypto'
import { dirname } from 'node:path'
import {
  type Bundle,
  decodeBase64,
  decodeHex,
  encodeBase64,
  formatPem,
  generateKey,
  openSigner,
  pae,
  parseBundle,
  parsePublicKey,
  type Signer,
  STATEMENT_PAYLOAD_TYPE,
  signerOfKey,
  signStatement,
  verifySignature,
} from '@makoto/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFile } from '../temporary-file.ts'

const openssl = spawnSync('openssl', ['version']).status === 0
if (!openssl) console.warn('skipped: bundles against openssl: no openssl on this machine')

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const STATEMENT = bytesOf('{"_type":"https://in-toto.io/Statement/v1"}')

async function makeSigner(): Promise<Signer> {
  return openSigner(temporaryFile('key.pem', (await generateKey()).privateKeyPem))
}

describe('what is signed', () => {
  it("is DSSE's own example", () => {
    expect(textOf(pae('http://example.com/HelloWorld', bytesOf('hello world')))).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    )
  })

  it('counts bytes, not characters', () => {
    expect(textOf(pae('типа', bytesOf('данные')))).toBe('DSSEv1 8 типа 12 данные')
    expect(textOf(pae('', new Uint8Array()))).toBe('DSSEv1 0  0 ')
  })

  it('is what the signature in the DSSE specification covers', () => {
    const x = 46950820868899156662930047687818585632848591499744589407958293238635476079160n
    const y = 5640078356564379163099075877009565129882514886557779369047442380624545832820n
    const point = `04${x.toString(16).padStart(64, '0')}${y.toString(16).padStart(64, '0')}`
    const spki = decodeHex(`3059301306072a8648ce3d020106082a8648ce3d030107034200${point}`)
    const raw = 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=='
    const message = pae('http://example.com/HelloWorld', bytesOf('hello world'))
    expect(
      verifySignature(parsePublicKey(formatPem('PUBLIC KEY', spki)), message, derSignature(decodeBase64(raw))),
    ).toBe(true)
  })
})

/** The specification prints r and s side by side; both are positive and of 32 bytes here. */
function derSignature(raw: Uint8Array): Uint8Array {
  return new Uint8Array([0x30, 0x44, 0x02, 0x20, ...raw.subarray(0, 32), 0x02, 0x20, ...raw.subarray(32)])
}

describe('a bundle', () => {
  it('holds one signature without key id, and names the key by its hash', async () => {
    const signer = await makeSigner()
    const document: unknown = JSON.parse(textOf(await signStatement(STATEMENT, signer)))
    expect(document).toEqual({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: hash('sha256', signer.spki, 'base64') } },
      dsseEnvelope: {
        payload: encodeBase64(STATEMENT),
        payloadType: STATEMENT_PAYLOAD_TYPE,
        signatures: [{ sig: expect.any(String) }],
      },
    })
  })

  it('gives back what was signed, and it verifies', async () => {
    const signer = await makeSigner()
    const { payload, payloadType, signature } = parseBundle(await signStatement(STATEMENT, signer))
    const key = parsePublicKey(formatPem('PUBLIC KEY', signer.spki))
    expect(payload).toEqual(STATEMENT)
    expect(verifySignature(key, pae(payloadType, payload), signature)).toBe(true)
  })

  it('carries a timestamp over the raw signature', async () => {
    const stamped: Uint8Array[] = []
    const timestamp = async (signature: Uint8Array) => {
      stamped.push(signature)
      return Uint8Array.of(1, 2, 3)
    }
    const { timestamps, signature } = parseBundle(await signStatement(STATEMENT, await makeSigner(), { timestamp }))
    expect(timestamps).toEqual([Uint8Array.of(1, 2, 3)])
    expect(stamped).toEqual([signature])
  })

  it.skipIf(!openssl)('is verified by openssl as a signature over the DSSE bytes', async () => {
    const signer = await makeSigner()
    const { payload, payloadType, signature } = parseBundle(await signStatement(STATEMENT, signer))
    const key = temporaryFile('key.pub', formatPem('PUBLIC KEY', signer.spki))
    const files = [temporaryFile('sig', signature), temporaryFile('data', pae(payloadType, payload))]
    const [sig = '', data = ''] = files
    const verdict = spawnSync('openssl', ['dgst', '-sha256', '-verify', key, '-signature', sig, data], {
      cwd: dirname(data),
    })
    expect(verdict.stdout.toString()).toContain('Verified OK')
  })
})

describe('a bundle is refused', () => {
  let good = ''
  beforeAll(async () => {
    const { privateKeyPem } = await generateKey()
    good = textOf(await signStatement(STATEMENT, signerOfKey(createPrivateKey(privateKeyPem))))
  })

  const changes: [string, (text: string) => string][] = [
    ['with another media type', (text) => text.replace('v0.3+json', 'v0.4+json')],
    ['of version 0.1', (text) => text.replace('bundle.v0.3+json', 'bundle+json;version=0.1')],
    ['with a field that nobody knows', (text) => text.replace('{', '{"extra":1,')],
    ['with an unknown field deep inside', (text) => text.replace('"sig":', '"note":1,"sig":')],
    ['with a key that stands twice', (text) => text.replace('{', '{"mediaType":"x",')],
    ['with an empty signature', (text) => text.replace(/"sig":"[^"]*"/, '"sig":""')],
    ['with line breaks in base64', (text) => text.replace('"sig":"', '"sig":"\\n')],
    ['without padding', (text) => text.replace('=="', '"')],
    [
      'with a certificate beside the key',
      (text) => text.replace('"publicKey"', '"certificate":{"rawBytes":"AAAA"},"publicKey"'),
    ],
    ['without key and certificate', (text) => text.replace(/"publicKey":\{[^}]*\}/, '')],
    ['with a negative log index', (text) => text.replace('"publicKey"', `"tlogEntries":[${LOG_ENTRY}],"publicKey"`)],
    ['with 33 timestamps', (text) => withTimestamps(text, 33)],
    ['with a message signature', (text) => text.replace('"dsseEnvelope"', '"messageSignature"')],
    ['that is larger than 16 MiB', (text) => text + ' '.repeat(16 * 1024 * 1024)],
  ]

  it.each(changes)('%s', (_, change) => {
    const changed = change(good)
    expect(changed).not.toBe(good)
    expect(() => parseBundle(bytesOf(changed))).toThrow(expect.objectContaining({ code: 'bundle-invalid' }))
  })

  it('but not with 32 timestamps', () => {
    const bundle: Bundle = parseBundle(bytesOf(withTimestamps(good, 32)))
    expect(bundle.timestamps).toHaveLength(32)
  })
})

const LOG_ENTRY =
  '{"logIndex":"-1","logId":{"keyId":"AAAA"},"kindVersion":{"kind":"dsse","version":"0.0.1"},"canonicalizedBody":"AAAA"}'

function withTimestamps(text: string, count: number): string {
  const stamps = Array.from({ length: count }, () => '{"signedTimestamp":"AAAA"}').join()
  return text.replace('"publicKey"', `"timestampVerificationData":{"rfc3161Timestamps":[${stamps}]},"publicKey"`)
}
