import { existsSync } from 'node:fs'
import { parseTrustedRoot, type TrustedRoot, verifyCertificateTimestamps } from '@makoto/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { readCertificate } from '../../src/trust/certificate.ts'
import { corpusPath, describeCorpus, readCorpus } from '../corpora.ts'
import { readPublicGoodRoot } from './trusted-log.ts'

const CASES = 'sigstore-conformance/bundle-verify'

const certifiedSchema = z.looseObject({
  verificationMaterial: z.looseObject({
    certificate: z.looseObject({ rawBytes: z.base64() }).optional(),
    x509CertificateChain: z.looseObject({ certificates: z.array(z.looseObject({ rawBytes: z.base64() })) }).optional(),
  }),
})

function readCase(name: string): { certificate: Uint8Array; root: TrustedRoot } {
  const text = new TextDecoder().decode(readCorpus(`${CASES}/${name}/bundle.sigstore.json`))
  const { certificate, x509CertificateChain } = certifiedSchema.parse(JSON.parse(text)).verificationMaterial
  const rawBytes = certificate?.rawBytes ?? x509CertificateChain?.certificates[0]?.rawBytes ?? ''
  const path = `${CASES}/${name}/trusted_root.json`
  const root = existsSync(corpusPath(path)) ? parseTrustedRoot(readCorpus(path)) : readPublicGoodRoot()
  return { certificate: new Uint8Array(Buffer.from(rawBytes, 'base64')), root }
}

/** The authorities of the root that could have issued the certificate, by name. */
function issuersOf(certificate: Uint8Array, { certificateAuthorities }: TrustedRoot): Uint8Array[] {
  const { issuer } = readCertificate(certificate)
  return certificateAuthorities
    .flatMap(({ root, intermediates }) => [root, ...intermediates])
    .filter(({ subject }) => subject === issuer)
    .map(({ spki }) => spki)
}

function verify(name: string, change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes) {
  const { certificate, root } = readCase(name)
  const verdicts = issuersOf(certificate, root).map((issuer) =>
    verifyCertificateTimestamps(change(certificate), issuer, root.certificateLogs),
  )
  return verdicts.find(({ ok }) => ok) ?? verdicts[0]
}

const PUBLIC_GOOD = 'happy-path-v0.3-new-mediaType'

describeCorpus('the timestamps in certificates of Fulcio', CASES, () => {
  it.each(['happy-path-v0.1', PUBLIC_GOOD, 'bundle-with-sct-with-extensions', 'rekor2-dsse-happy-path'])(
    'hold in %s',
    (name) => {
      expect(verify(name)).toMatchObject({ ok: true, time: expect.any(Date) })
    },
  )

  it('do not hold in invalid-ct-key_fail', () => {
    expect(verify('invalid-ct-key_fail')).toMatchObject({ ok: false, code: 'log-untrusted' })
  })

  it('do not hold for another certificate', () => {
    const changed = verify(PUBLIC_GOOD, (bytes) => replaceBytes(bytes, 'refs/heads/main', 'refs/heads/mail'))
    expect(changed).toMatchObject({ ok: false, code: 'log-invalid', message: expect.stringMatching('does not hold') })
  })

  it('do not hold for another issuer', () => {
    const { certificate, root } = readCase(PUBLIC_GOOD)
    expect(verifyCertificateTimestamps(certificate, new Uint8Array(91), root.certificateLogs)).toMatchObject({
      code: 'log-invalid',
    })
  })

  it('count only while their log is trusted', () => {
    const { certificate, root } = readCase(PUBLIC_GOOD)
    const [issuer = new Uint8Array()] = issuersOf(certificate, root)
    const verdict = verifyCertificateTimestamps(certificate, issuer, root.certificateLogs)
    const time = verdict.ok ? verdict.time.getTime() : Number.NaN
    const within = (start: number, end: number) =>
      verifyCertificateTimestamps(
        certificate,
        issuer,
        root.certificateLogs.map((log) => ({ ...log, validFor: { start, end } })),
      )
    expect([within(time, time).ok, within(0, time - 1).ok, within(time + 1, time + 2).ok]).toEqual([true, false, false])
    expect(within(0, time - 1)).toMatchObject({ code: 'log-untrusted' })
  })

  it('do not count under a key that borrows the id of their log', () => {
    const { certificate, root } = readCase(PUBLIC_GOOD)
    const [issuer = new Uint8Array()] = issuersOf(certificate, root)
    const [other] = parseTrustedRoot(
      readCorpus(`${CASES}/bundle-with-sct-with-extensions/trusted_root.json`),
    ).certificateLogs
    const borrowed = root.certificateLogs.flatMap((log) => (other ? [{ ...log, key: other.key }] : []))
    expect(borrowed).not.toEqual([])
    expect(verifyCertificateTimestamps(certificate, issuer, borrowed)).toMatchObject({ code: 'log-untrusted' })
  })

  it('are missing in a certificate that no log has seen', () => {
    const { certificate, root } = readCase(PUBLIC_GOOD)
    const [issuer] = issuersOf(certificate, root)
    const authority =
      root.certificateAuthorities.flatMap(({ intermediates }) => intermediates)[0]?.der ?? new Uint8Array()
    expect(verifyCertificateTimestamps(authority, issuer ?? authority, root.certificateLogs)).toMatchObject({
      code: 'log-invalid',
      message: expect.stringMatching('in no certificate log'),
    })
  })

  it('give an answer for every altered byte, and a good one for none', () => {
    const { certificate, root } = readCase(PUBLIC_GOOD)
    const [issuer = new Uint8Array()] = issuersOf(certificate, root)
    const end = certificate.length - readCertificate(certificate).signature.length - 20
    for (let at = 0; at < end; at += 3) {
      const altered = Uint8Array.from(certificate)
      altered[at] = (altered[at] ?? 0) ^ 0x01
      expect([at, verifyCertificateTimestamps(altered, issuer, root.certificateLogs).ok]).toEqual([at, false])
    }
  })
})

function replaceBytes(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const changed = Buffer.from(bytes)
  const at = changed.indexOf(from)
  expect(at).toBeGreaterThan(0)
  changed.write(to, at)
  return new Uint8Array(changed)
}
