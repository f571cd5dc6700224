import { hash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import {
  type LogEntry,
  parsePublicKey,
  parseTrustedRoot,
  parseWitness,
  type SignedEntity,
  type TrustedRoot,
  verifyLogEntry,
} from '@makoto/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { logEntrySchema } from '../../src/envelope/bundle-schema.ts'
import { corpusPath, describeCorpus, readCorpus } from '../corpora.ts'
import { readPublicGoodRoot } from './trusted-log.ts'

const CASES = 'sigstore-conformance/bundle-verify'

/** As much of a bundle of any version as its log entries need; other rooms judge the rest. */
const loggedSchema = z.looseObject({
  verificationMaterial: z.looseObject({
    publicKey: z.looseObject({}).optional(),
    certificate: z.looseObject({ rawBytes: z.base64() }).optional(),
    x509CertificateChain: z.looseObject({ certificates: z.array(z.looseObject({ rawBytes: z.base64() })) }).optional(),
    tlogEntries: z.array(logEntrySchema).min(1),
  }),
  messageSignature: z.looseObject({ signature: z.base64() }).optional(),
  dsseEnvelope: z
    .looseObject({
      payload: z.base64(),
      payloadType: z.string(),
      signatures: z.array(z.looseObject({ sig: z.base64() })),
    })
    .optional(),
})

/** Cases whose fault is in the log entry, and what we say of it. Every other readable case has a good entry. */
const FAULTS: Record<string, [string, RegExp]> = {
  'bundle-from-wrong-instance_fail': ['log-untrusted', /none of yours/],
  'bundle-unknown-version_fail': ['log-invalid', /body of the log entry/],
  'checkpoint-bad-keyhint_fail': ['log-invalid', /has not signed/],
  'checkpoint-wrong-roothash_fail': ['log-invalid', /another size/],
  'dsse-mismatch-sig_fail': ['log-mismatch', /signature/],
  'incorrect-public-key_fail': ['log-mismatch', /key or certificate/],
  'intoto-log-entry-mismatch_fail': ['log-invalid', /logged signature is not readable/],
  'intoto-missing-inclusion-proof_fail': ['log-invalid', /without proof/],
  'invalid-checkpoint-signature_fail': ['log-invalid', /does not hold/],
  'invalid-inclusion-proof_fail': ['log-invalid', /without proof/],
  'rekor2-checkpoint-missing-origin_fail': ['log-invalid', /without origin/],
  'rekor2-checkpoint-missing-root-hash_fail': ['log-invalid', /without origin/],
  'rekor2-checkpoint-missing-size_fail': ['log-invalid', /without origin/],
  'rekor2-checkpoint-no-matching-signature_fail': ['log-invalid', /another origin/],
  'rekor2-dsse-mismatch-envelope_fail': ['log-mismatch', /payload/],
  'rekor2-dsse-mismatch-sig_fail': ['log-mismatch', /signature/],
  'rekor2-no-inclusion-proof_fail': ['log-invalid', /without proof/],
  'signature-mismatch_fail': ['log-mismatch', /signature/],
  'wrong-hashedrekord-artifact_fail': ['log-mismatch', /payload/],
  'wrong-hashedrekord-cert-and-sig_fail': ['log-mismatch', /./],
  'wrong-hashedrekord-entry_fail': ['log-mismatch', /./],
  'wrong-material_fail': ['log-mismatch', /payload/],
}

/** Not for this room: no bundle that can be read, or no trusted root. */
const UNREADABLE = [
  'bundle-invalid-base64-signature_fail',
  'bundle-malformed-json_fail',
  'bundle-negative-log-index_fail',
  'trust-root-tlog-missing-validity-start_fail',
]

function readCase(name: string): { entries: LogEntry[]; signed: SignedEntity } {
  const text = new TextDecoder().decode(readCorpus(`${CASES}/${name}/bundle.sigstore.json`))
  const { verificationMaterial, messageSignature, dsseEnvelope } = loggedSchema.parse(JSON.parse(text))
  const { certificate, x509CertificateChain, tlogEntries } = verificationMaterial
  const rawBytes = certificate?.rawBytes ?? x509CertificateChain?.certificates[0]?.rawBytes
  const signer = rawBytes === undefined ? { spki: keyOf(name).spki } : { certificate: bytesOf(rawBytes) }
  const signature = bytesOf(messageSignature?.signature ?? dsseEnvelope?.signatures[0]?.sig ?? '')
  const content = dsseEnvelope
    ? { payload: bytesOf(dsseEnvelope.payload), payloadType: dsseEnvelope.payloadType }
    : { digests: { sha256: new Uint8Array(hash('sha256', readCorpus(artifactOf(name)), 'buffer')) } }
  return { entries: tlogEntries, signed: { ...content, ...signer, signature } }
}

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))
const keyOf = (name: string) => parsePublicKey(readCorpus(`${CASES}/${name}/key.pub`))
const has = (name: string, file: string) => existsSync(corpusPath(`${CASES}/${name}/${file}`))
const artifactOf = (name: string) => (has(name, 'artifact') ? `${CASES}/${name}/artifact` : `${CASES}/a.txt`)

function rootOf(name: string): TrustedRoot {
  return has(name, 'trusted_root.json')
    ? parseTrustedRoot(readCorpus(`${CASES}/${name}/trusted_root.json`))
    : readPublicGoodRoot()
}

/** Entries without a time of their own are old: they are judged at the time their logs were open. */
const AT = new Date('2025-06-15')

describeCorpus("the log entries of sigstore's conformance cases", CASES, () => {
  const cases = existsSync(corpusPath(CASES))
    ? readdirSync(corpusPath(CASES)).filter((name) => has(name, 'bundle.sigstore.json') && !UNREADABLE.includes(name))
    : []

  it.each(cases)('%s', (name) => {
    const { entries, signed } = readCase(name)
    const { transparencyLogs: logs } = rootOf(name)
    const [code, message] = FAULTS[name] ?? []
    for (const entry of entries) {
      const verdict = verifyLogEntry(entry, signed, { logs, times: timesOf(name) })
      if (code === undefined || message === undefined) expect(verdict).toMatchObject({ ok: true })
      else expect(verdict).toMatchObject({ ok: false, code, message: expect.stringMatching(message) })
    }
  })

  it('reads times from promises alone', () => {
    const verdictOf = (name: string) => {
      const { entries, signed } = readCase(name)
      return verifyLogEntry(entries[0] as LogEntry, signed, {
        logs: rootOf(name).transparencyLogs,
        times: timesOf(name),
      })
    }
    expect(verdictOf('happy-path-v0.3-new-mediaType')).toMatchObject({ integratedTime: new Date(1_710_869_186_000) })
    expect(verdictOf('rekor2-dsse-happy-path')).not.toHaveProperty('integratedTime')
  })

  it('bring a cosignature of a witness on the public network, as its verifier key has it', () => {
    const witness = parseWitness(
      'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G',
    )
    const name = 'rekor2-dsse-happy-path'
    const { entries, signed } = readCase(name)
    const trust = { logs: rootOf(name).transparencyLogs, times: timesOf(name), witnesses: [witness] }
    expect(verifyLogEntry(entries[0] as LogEntry, signed, trust)).toMatchObject({
      ok: true,
      cosignatures: [{ witness: witness.name, id: witness.key.id }],
    })
  })

  it('knows every case whose fault is in the entry', () => {
    expect(cases).toEqual(expect.arrayContaining(Object.keys(FAULTS)))
  })
})

function timesOf(name: string): Date[] {
  return name.startsWith('rekor2-dsse') || name === 'bundle-with-sct-with-extensions' ? [new Date('2026-06-01')] : [AT]
}
