import { canonicalize, encodeBase64, encodeUtf8, type LogEntry, type SignedEntity, verifyLogEntry } from '@makoto/core'
import { createTransparencyLog, createWitness, type TestLogEntry } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { readPublicKey } from '../../src/key/public-key.ts'
import { BODIES, bodyOf, CERTIFICATE, KINDS, PAYLOAD, signPayload } from './entry-bodies.ts'
import { trustLog } from './trusted-log.ts'

const signed = signPayload()

/** Changes a copy: what a log signed stays as it was. */
function alter(entry: TestLogEntry, change: (copy: TestLogEntry) => void): LogEntry {
  const copy = structuredClone(entry)
  change(copy)
  return copy
}

describe.each(KINDS)('a log entry of kind $kind', ({ kind, rekor }) => {
  const log = createTransparencyLog({ rekor, time: () => new Date('2026-11-21T03:20:00Z') })
  const logs = [trustLog(log)]
  const entry = log.append(bodyOf(kind, signed))
  const verify = (altered: LogEntry = entry, entity: SignedEntity = signed) => verifyLogEntry(altered, entity, { logs })

  it('is proven', () => {
    expect(verify()).toMatchObject({ ok: true, kind, log: { id: log.id }, logIndex: Number(entry.logIndex) })
  })

  it('is proven in a tree that has grown', () => {
    for (let i = 0; i < 7; i++) log.append(encodeUtf8(`{"later":${i}}`))
    expect(verify(log.prove(5))).toMatchObject({ ok: true })
  })

  it('of a bare key is proven under that key', () => {
    const byKey = signPayload({ spki: SPKI })
    expect(verify(log.append(bodyOf(kind, byKey)), byKey)).toMatchObject({ ok: true })
  })

  it('is refused where it is of another signature over the same payload', () => {
    expect(verify(entry, signPayload())).toMatchObject({
      code: 'log-mismatch',
      message: expect.stringMatching('signature'),
    })
  })

  it('is refused where it is of another payload', () => {
    const entity = { ...signed, payload: encodeUtf8(`${PAYLOAD} `) }
    expect(verify(entry, entity)).toMatchObject({ code: 'log-mismatch', message: expect.stringMatching('payload') })
  })

  it('is refused where it is of another certificate, of the bare key, or of a key under a certificate', () => {
    const [other, bare] = [{ ...signed, certificate: encodeUtf8('another') }, signPayload({ spki: SPKI })]
    const mismatch = { code: 'log-mismatch', message: expect.stringMatching('key or certificate') }
    expect(verify(entry, other)).toMatchObject(mismatch)
    expect(verify(entry, { ...bare, signature: signed.signature })).toMatchObject(mismatch)
    expect(verify(log.append(bodyOf(kind, bare)), { ...signed, signature: bare.signature })).toMatchObject(mismatch)
    expect(verify(log.append(bodyOf(kind, bare)), { ...bare, spki: encodeUtf8('another') })).toMatchObject(mismatch)
  })

  it('is refused with the proof of another leaf', () => {
    const { inclusionProof } = log.prove(0)
    const altered = alter(log.prove(5), (copy) => {
      copy.inclusionProof.hashes = inclusionProof.hashes
    })
    expect(verify(altered)).toMatchObject({ code: 'log-invalid', message: expect.stringMatching('does not lead') })
  })

  it('is refused with a body that the log never had', () => {
    const altered = alter(entry, (copy) => {
      copy.canonicalizedBody = Buffer.from(` ${Buffer.from(copy.canonicalizedBody, 'base64')}`).toString('base64')
      delete copy.inclusionPromise
    })
    expect(verify(altered)).toMatchObject({ code: 'log-invalid', message: expect.stringMatching('does not lead') })
  })

  it.each<[string, (proof: TestLogEntry['inclusionProof']) => void]>([
    [
      'another root',
      (proof) => {
        proof.rootHash = Buffer.alloc(32).toString('base64')
      },
    ],
    [
      'another tree size',
      (proof) => {
        proof.treeSize = String(Number(proof.treeSize) + 1)
      },
    ],
    [
      'a checkpoint of another tree',
      (proof) => {
        proof.checkpoint.envelope = earlierCheckpoint()
      },
    ],
    ['a hash too many', (proof) => proof.hashes.push(proof.rootHash)],
    ['a hash too few', (proof) => proof.hashes.pop()],
    [
      'endless hashes',
      (proof) => {
        proof.hashes = Array.from({ length: 10_000 }, () => proof.rootHash)
      },
    ],
    ['a short hash', (proof) => proof.hashes.splice(0, 1, 'AAAA')],
    [
      'a place beyond the tree',
      (proof) => {
        proof.logIndex = proof.treeSize
      },
    ],
  ])('is refused with a proof that has %s', (_what, change) => {
    const altered = alter(log.prove(5), (copy) => void change(copy.inclusionProof))
    expect(verify(altered)).toMatchObject({ ok: false, code: 'log-invalid' })
  })

  it('is refused for the length of its proof before anything is hashed', () => {
    const altered = alter(entry, ({ inclusionProof }) => {
      inclusionProof.hashes = Array.from({ length: 65 }, () => inclusionProof.rootHash)
    })
    expect(verify(altered)).toMatchObject({ code: 'log-invalid', message: 'a proof of 65 hashes' })
  })

  function earlierCheckpoint(): string {
    const text = log.checkpointText().replace(/\n\d+\n/, '\n5\n')
    return log.signCheckpoint(text)
  }

  it('is refused without proof, or with a proof without checkpoint', () => {
    const { inclusionProof, ...unproven } = entry
    const { checkpoint, ...unsigned } = inclusionProof
    expect(checkpoint).toBeDefined()
    expect(verify(unproven)).toMatchObject({ code: 'log-invalid', message: expect.stringMatching('without proof') })
    expect(verify({ ...entry, inclusionProof: unsigned })).toMatchObject({ code: 'log-invalid' })
  })

  it('is refused under a root that another log signed', () => {
    const other = createTransparencyLog({ rekor })
    const altered = alter(entry, (copy) => {
      copy.inclusionProof.checkpoint.envelope = other.signCheckpoint(
        `${copy.inclusionProof.checkpoint.envelope.split('\n\n')[0]}\n`,
      )
    })
    expect(verifyLogEntry(altered, signed, { logs: [...logs, trustLog(other)] })).toMatchObject({ code: 'log-invalid' })
  })

  it('of a log that is not trusted is refused', () => {
    const other = createTransparencyLog({ rekor })
    expect(verifyLogEntry(entry, signed, { logs: [trustLog(other)] })).toMatchObject({ code: 'log-untrusted' })
    expect(verifyLogEntry(entry, signed, { logs: [] })).toMatchObject({ code: 'log-untrusted' })
  })

  it('cannot borrow the id of a log for the key of another', () => {
    const other = trustLog(createTransparencyLog({ rekor }))
    expect(verifyLogEntry(entry, signed, { logs: [{ ...other, id: log.id }] })).toMatchObject({ code: 'log-invalid' })
  })

  it('is refused where its body holds a key twice', () => {
    const text = Buffer.from(bodyOf(kind, signed)).toString()
    const twice = log.append(encodeUtf8(text.replace('"kind"', '"kind":"other","kind"')))
    expect(verify({ ...twice, kindVersion: entry.kindVersion })).toMatchObject({ code: 'log-invalid' })
  })

  it('is refused where its body holds a field that nobody knows', () => {
    const text = Buffer.from(bodyOf(kind, signed)).toString()
    for (const body of [text.replace('"spec":{', '"spec":{"more":1,'), text.replace('{"api', '{"a":0,"api')])
      expect(verify(log.append(encodeUtf8(body)))).toMatchObject({ code: 'log-invalid' })
  })

  it('is refused where it states another kind than its body', () => {
    for (const kindVersion of [
      { kind: 'rekord', version: '0.0.1' },
      { ...entry.kindVersion, version: '0.0.3' },
    ])
      expect(verify({ ...entry, kindVersion })).toMatchObject({ code: 'log-invalid' })
  })

  it('is judged by the times at which its log is trusted', () => {
    const end = Date.parse('2026-11-21T03:20:00Z')
    const window = (validFor: { start: number; end: number }, times: Date[] = []) =>
      verifyLogEntry(entry, signed, { logs: [{ ...trustLog(log), validFor }], times, at: new Date('2027-01-01') })
    const past = { start: 0, end }
    const future = { start: end + 1, end: Number.POSITIVE_INFINITY }
    if (rekor === 1) {
      expect([window(past).ok, window({ start: end, end }).ok, window(future).ok]).toEqual([true, true, false])
      expect(window({ start: 0, end: end - 1 }, [new Date(end - 1)])).toMatchObject({ code: 'log-untrusted' })
      return
    }
    expect([window(past).ok, window(future).ok]).toEqual([false, true])
    expect([window(past, [new Date(end)]).ok, window(future, [new Date(end)]).ok]).toEqual([true, false])
    expect(window(past, [new Date(end + 1)])).toMatchObject({ code: 'log-untrusted' })
  })
})

const SPKI = new Uint8Array(createTransparencyLog({ key: 'ecdsa-p256' }).spki)

describe('the time of a log entry', () => {
  const time = new Date('2026-11-21T03:20:00Z')
  const log = createTransparencyLog({ rekor: 1, time: () => time })
  const logs = [trustLog(log)]
  const entry = log.append(bodyOf('dsse 0.0.1', signed))
  const verify = (altered: LogEntry) => verifyLogEntry(altered, signed, { logs })

  it('is what the log promised', () => {
    expect(verify(entry)).toMatchObject({ ok: true, integratedTime: time })
  })

  it('is refused beyond all dates', () => {
    const late = createTransparencyLog({ rekor: 1, time: () => new Date(8.64e15) })
    const promised = late.append(bodyOf('dsse 0.0.1', signed))
    expect(verifyLogEntry(promised, signed, { logs: [trustLog(late)] })).toMatchObject({ code: 'log-invalid' })
  })

  it('is none without a promise, whatever the entry says', () => {
    const { inclusionPromise, ...bare } = entry
    expect(inclusionPromise).toBeDefined()
    const verdict = verify(bare)
    expect(verdict.ok).toBe(true)
    expect(verdict).not.toHaveProperty('integratedTime')
  })

  it.each<[string, (copy: TestLogEntry) => void]>([
    [
      'another time',
      (copy) => {
        copy.integratedTime = String(Number(copy.integratedTime) + 1)
      },
    ],
    [
      'no time',
      (copy) => {
        delete copy.integratedTime
      },
    ],
    [
      'another place in the log',
      (copy) => {
        copy.logIndex = String(Number(copy.logIndex) + 1)
      },
    ],
    ['a promise of another body at this time and place', (copy) => Object.assign(copy, promiseOf(otherEntry()))],
    ['a promise of another log', (copy) => Object.assign(copy, promiseOf(entryOfOtherLog()))],
    [
      'a promise that is not base64',
      (copy) => {
        copy.inclusionPromise = { signedEntryTimestamp: '!' }
      },
    ],
  ])('is refused with %s', (_what, change) => {
    expect(verify(alter(entry, (copy) => void change(copy)))).toMatchObject({ ok: false, code: 'log-invalid' })
  })

  const promiseOf = ({ logIndex, inclusionPromise }: TestLogEntry) => ({ logIndex, inclusionPromise })

  const otherEntry = () => log.append(bodyOf('dsse 0.0.1', signPayload()))

  const entryOfOtherLog = () =>
    createTransparencyLog({ rekor: 1, time: () => time }).append(bodyOf('dsse 0.0.1', signed))

  it('is never the beginning of all clocks', () => {
    const broken = createTransparencyLog({ rekor: 1, time: () => new Date(0) })
    const verdict = verifyLogEntry(broken.append(bodyOf('dsse 0.0.1', signed)), signed, { logs: [trustLog(broken)] })
    expect(verdict).toMatchObject({ code: 'log-invalid', message: expect.stringMatching('without a time') })
  })

  it('never comes from a log of version 2', () => {
    const second = createTransparencyLog({ rekor: 2 })
    const proven = second.append(bodyOf('hashedrekord 0.0.2', signed))
    const trusted = { logs: [trustLog(second)] }
    expect(verifyLogEntry({ ...proven, integratedTime: '1763695200' }, signed, trusted)).not.toHaveProperty(
      'integratedTime',
    )
    expect(
      verifyLogEntry({ ...proven, inclusionPromise: { signedEntryTimestamp: 'AAAA' } }, signed, trusted),
    ).toMatchObject({ code: 'log-invalid', message: expect.stringMatching('which Rekor v2 does not give') })
  })
})

describe('a log entry of Rekor v2', () => {
  const log = createTransparencyLog()
  const entry = log.append(bodyOf('hashedrekord 0.0.2', signed))

  it('has one place in its log', () => {
    const altered = { ...entry, logIndex: '4' }
    expect(verifyLogEntry(altered, signed, { logs: [trustLog(log)] })).toMatchObject({ code: 'log-invalid' })
  })

  it('is found by the origin that the id of the log commits to, where an address names it otherwise', () => {
    const logs = [trustLog(log, { origin: 'log.example:3003' })]
    expect(verifyLogEntry(entry, signed, { logs })).toMatchObject({ ok: true })
    expect(
      verifyLogEntry(entry, signed, { logs: [{ ...trustLog(log), origin: 'other', id: '00'.repeat(32) }] }).ok,
    ).toBe(false)
  })

  it('tells which witnesses saw its tree', () => {
    const witness = createWitness('witness.example/w1')
    const seen = new Date('2026-11-21T03:20:00Z')
    const altered = alter(entry, ({ inclusionProof: { checkpoint } }) => {
      checkpoint.envelope += witness.cosign(log.checkpointText(), seen)
    })
    const witnesses = [{ name: witness.name, key: readPublicKey(new Uint8Array(witness.spki)) }]
    expect(verifyLogEntry(altered, signed, { logs: [trustLog(log)], witnesses })).toMatchObject({
      cosignatures: [{ witness: witness.name, time: seen }],
    })
  })

  it('of a bare message is bound to its digest', () => {
    const message = { signature: signed.signature, certificate: CERTIFICATE }
    const digests = { sha256: new Uint8Array(Buffer.from(logged(), 'base64')) }
    expect(verifyLogEntry(entry, { ...message, digests }, { logs: [trustLog(log)] })).toMatchObject({ ok: true })
    const others = { sha256: new Uint8Array(32), sha384: digests.sha256 }
    expect(verifyLogEntry(entry, { ...message, digests: others }, { logs: [trustLog(log)] })).toMatchObject({
      code: 'log-mismatch',
    })
    expect(verifyLogEntry(entry, { ...message, digests: {} }, { logs: [trustLog(log)] })).toMatchObject({
      code: 'log-mismatch',
    })
  })

  function logged(): string {
    const body: { spec: { hashedRekordV002: { data: { digest: string } } } } = JSON.parse(
      Buffer.from(entry.canonicalizedBody, 'base64').toString(),
    )
    return body.spec.hashedRekordV002.data.digest
  }
})

describe('a log entry of a bare message', () => {
  it.each(['dsse 0.0.1', 'intoto 0.0.1', 'intoto 0.0.2', 'dsse 0.0.2'])('is never of kind %s', (kind) => {
    const log = createTransparencyLog({ rekor: kind === 'dsse 0.0.2' ? 2 : 1 })
    const entry = log.append(bodyOf(kind, signed))
    const { signature } = signed
    const digests = { sha256: new Uint8Array(32) }
    const verdict = verifyLogEntry(entry, { signature, certificate: CERTIFICATE, digests }, { logs: [trustLog(log)] })
    expect(verdict).toMatchObject({ code: 'log-mismatch' })
  })
})

describe('intoto 0.0.2', () => {
  const log = createTransparencyLog({ rekor: 1 })
  const verdictOf = (change: (envelope: Record<string, string>) => void) => {
    const body = JSON.parse(Buffer.from(bodyOf('intoto 0.0.2', signed)).toString())
    change(body.spec.content.envelope)
    return verifyLogEntry(log.append(canonicalize(body)), signed, { logs: [trustLog(log)] })
  }
  const twice = (bytes: Uint8Array) => encodeBase64(encodeUtf8(encodeBase64(bytes)))

  it('may hold the payload, where it is this one', () => {
    expect(verdictOf((envelope) => void Object.assign(envelope, { payload: twice(PAYLOAD) }))).toMatchObject({
      ok: true,
    })
    const other = verdictOf((envelope) => void Object.assign(envelope, { payload: twice(encodeUtf8('{}')) }))
    expect(other).toMatchObject({ code: 'log-mismatch', message: expect.stringMatching('payload') })
  })

  it('is of this payload type', () => {
    const other = verdictOf((envelope) => void Object.assign(envelope, { payloadType: 'text/plain' }))
    expect(other).toMatchObject({ code: 'log-mismatch', message: expect.stringMatching('payload') })
  })
})

describe('intoto 0.0.1 without a payload hash', () => {
  it('binds too little and is refused', () => {
    const log = createTransparencyLog({ rekor: 1 })
    const body: { spec: { content: { payloadHash?: object } } } = structuredClone(
      JSON.parse(Buffer.from(bodyOf('intoto 0.0.1', signed)).toString()),
    )
    delete body.spec.content.payloadHash
    const entry = log.append(canonicalize(JSON.parse(JSON.stringify(body))))
    expect(verifyLogEntry(entry, signed, { logs: [trustLog(log)] })).toMatchObject({ code: 'log-invalid' })
  })
})

describe('every kind that is read', () => {
  it('is tested here', () => {
    expect(Object.keys(BODIES)).toHaveLength(6)
  })
})
