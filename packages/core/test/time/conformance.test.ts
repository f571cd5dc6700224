import { existsSync, readdirSync } from 'node:fs'
import { isMakotoError, parseTimestampAuthorities, verifyTimestamp } from '@makoto/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { corpusPath, describeCorpus, readCorpus } from '../corpora.ts'

const CASES = 'sigstore-conformance/bundle-verify'

/** As much of a bundle of any version as a timestamp needs; other rooms judge the rest. */
const stampedSchema = z.looseObject({
  verificationMaterial: z.looseObject({
    timestampVerificationData: z.looseObject({
      rfc3161Timestamps: z.array(z.looseObject({ signedTimestamp: z.base64() })).min(1),
    }),
  }),
  messageSignature: z.looseObject({ signature: z.base64() }).optional(),
  dsseEnvelope: z.looseObject({ signatures: z.array(z.looseObject({ sig: z.base64() })).min(1) }).optional(),
})

/** Cases whose very fault lies in the timestamp; every other stamped case has a good one. */
const FAULTS: Record<string, string> = {
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail': 'timestamp-untrusted',
  'rekor2-timestamp-outside-tsa-cert-validity_fail': 'timestamp-untrusted',
  'rekor2-timestamp-payload-mismatch_fail': 'timestamp-mismatch',
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail': 'timestamp-untrusted',
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': 'timestamp-untrusted',
  // Its trusted root is refused as a whole, so it trusts nobody.
  'trust-root-tlog-missing-validity-start_fail': 'trust-invalid',
}

function readStamped(name: string) {
  const text = new TextDecoder().decode(readCorpus(`${CASES}/${name}/bundle.sigstore.json`))
  const parsed = stampedSchema.safeParse(name.includes('malformed') ? undefined : JSON.parse(text))
  if (!parsed.success) return undefined
  const { messageSignature, dsseEnvelope, verificationMaterial } = parsed.data
  const signature = messageSignature?.signature ?? dsseEnvelope?.signatures[0]?.sig ?? ''
  const [stamp] = verificationMaterial.timestampVerificationData.rfc3161Timestamps
  return { signature: Buffer.from(signature, 'base64'), token: Buffer.from(stamp?.signedTimestamp ?? '', 'base64') }
}

function judge(name: string): string {
  const stamped = readStamped(name)
  if (stamped === undefined) return 'no timestamp'
  try {
    const authorities = parseTimestampAuthorities(readCorpus(`${CASES}/${name}/trusted_root.json`))
    verifyTimestamp(stamped.token, stamped.signature, authorities)
    return 'verified'
  } catch (error) {
    if (isMakotoError(error)) return error.code
    throw error
  }
}

describeCorpus("the timestamps of sigstore's conformance cases", CASES, () => {
  const stamped = existsSync(corpusPath(CASES))
    ? readdirSync(corpusPath(CASES)).filter(
        (name) => existsSync(corpusPath(`${CASES}/${name}/trusted_root.json`)) && readStamped(name) !== undefined,
      )
    : []

  it.each(stamped)('%s', (name) => {
    expect(judge(name)).toBe(FAULTS[name] ?? 'verified')
  })

  it('covers every case whose fault is in the timestamp', () => {
    expect(stamped).toEqual(expect.arrayContaining(Object.keys(FAULTS)))
  })
})
