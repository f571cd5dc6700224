import { hash } from 'node:crypto'
import {
  type BundleReport,
  canonicalize,
  decodeUtf8,
  encodeBase64,
  parseBundle,
  parseTimestampAuthorities,
  verifyBundle,
} from '@makoto/core'
import { der, grantTimestamp, type Issued, issueCertificate, sequence, TIME_STAMPING } from '@makoto/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

const DAY = 86_400_000

let scene: Scene
let bytes: Uint8Array
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  const { path } = await scene.attest('raw')
  bytes = (await scene.store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array()
})
afterEach(() => scene.close())

function openTimestampAuthority(name: string): { root: Issued; signer: Issued } {
  const validity = { notBefore: new Date(scene.now().getTime() - DAY), notAfter: new Date(scene.now().getTime() + DAY) }
  const root = issueCertificate({ name, ...validity, authority: {}, keyUsage: 'certify' })
  const extendedKeyUsage = { purposes: [TIME_STAMPING], critical: true }
  return {
    root,
    signer: issueCertificate({ name: `${name} signer`, ...validity, keyUsage: 'sign', extendedKeyUsage, issuer: root }),
  }
}

const SHA256 = der(0x06, Buffer.from('608648016503040201', 'hex'))

/** The bundle with one token over its signature, made by `signer`, with these certificates in its bag. */
function stampedBy(signer: Issued, certificates: readonly Issued[]): Uint8Array {
  const digest = hash('sha256', parseBundle(bytes).signature, 'buffer')
  const imprint = sequence(sequence(SHA256, der(0x05)), der(0x04, digest))
  const token = grantTimestamp({ imprint, nonce: undefined, time: scene.now(), signer, certificates })
  const bundle = JSON.parse(decodeUtf8(bytes))
  bundle.verificationMaterial.timestampVerificationData = {
    rfc3161Timestamps: [{ signedTimestamp: encodeBase64(token) }],
  }
  return canonicalize(bundle)
}

function judge(bundle: Uint8Array, trusted: Issued): string {
  const timestampAuthorities = parseTimestampAuthorities(trusted.pem)
  const report = verifyBundle(bundle, { ...scene.trust, timestampAuthorities, at: scene.now() })
  return report.accepted ? `L${report.level}` : (codeOf(report) ?? '')
}

const codeOf = ({ checks }: BundleReport) => checks.find(({ code }) => code !== undefined)?.code

it('believes the certificate that the token names, whatever else is in the bag', () => {
  const [own, other] = [openTimestampAuthority('own'), openTimestampAuthority('other')]
  expect(judge(stampedBy(own.signer, [other.signer, other.root]), own.root)).toBe('L2')
})

it('refuses a token of another certificate of the bag, though the trusted one lies beside it', () => {
  const [own, other] = [openTimestampAuthority('own'), openTimestampAuthority('other')]
  expect(judge(stampedBy(other.signer, [own.signer, own.root]), own.root)).toBe('timestamp-untrusted')
})

it('refuses a token that names the trusted certificate and was signed with another key', () => {
  const [own, other] = [openTimestampAuthority('own'), openTimestampAuthority('other')]
  const posing = { ...own.signer, privateKey: other.signer.privateKey }
  expect(judge(stampedBy(posing, [other.signer, other.root]), own.root)).toBe('timestamp-invalid')
})

it('refuses a token of a certificate that the trusted authority gave for something else', () => {
  const own = openTimestampAuthority('own')
  const validity = { notBefore: new Date(scene.now().getTime() - DAY), notAfter: new Date(scene.now().getTime() + DAY) }
  const extendedKeyUsage = { purposes: ['1.3.6.1.5.5.7.3.3'], critical: true }
  const coder = issueCertificate({ name: 'coder', ...validity, keyUsage: 'sign', extendedKeyUsage, issuer: own.root })
  expect(judge(stampedBy(coder, [own.signer]), own.root)).toBe('timestamp-untrusted')
})
