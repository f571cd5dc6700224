import { createHash } from 'node:crypto'
import {
  buildDbom,
  buildOrigin,
  buildRun,
  buildTransform,
  type DatasetVersion,
  formatCount,
  identityOf,
  type OriginPredicate,
  PREDICATE,
  parseStatement,
  readPredicate,
  serializeStatement,
  TRANSFORM,
  type TransformInput,
} from '@makoto/core'
import { describe, expect, it } from 'vitest'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const NAME = 'dataset:file:/lake/orders'
const dataset: DatasetVersion = {
  name: NAME,
  uri: 'file:/lake/orders',
  kind: 'files',
  sha256: 'a'.repeat(64),
  merkleRoot: 'b'.repeat(64),
  recordCount: '10',
  files: [{ path: 'part-0.parquet', sha256: 'c'.repeat(64), size: 12 }],
}
const predicate: OriginPredicate = {
  origin: {
    source: 'file:/lake/orders',
    sourceType: 'file',
    collectionMethod: 'attested-by-hand',
    collectionTimestamp: '2026-11-21T03:20:00.000Z',
  },
  collector: { id: `spki:sha256:${'d'.repeat(64)}#cli` },
}
const previous = { sha256: 'e'.repeat(64), attestationDigest: { sha256: 'f'.repeat(64) } }

describe('an origin', () => {
  const statement = buildOrigin({ dataset, predicate, previous: null })

  it('has the dataset as its one subject', () => {
    expect(statement.subject).toEqual([
      {
        name: NAME,
        uri: 'file:/lake/orders',
        digest: { sha256: 'a'.repeat(64), merkleRoot: 'b'.repeat(64), recordCount: '10' },
        annotations: {
          kind: 'files',
          identity: sha256(`["${PREDICATE.origin}","${NAME}","${'a'.repeat(64)}",null,null]`),
        },
      },
    ])
  })

  it.each([
    ['7', '07'],
    ['0', '00'],
    ['10', '10'],
    ['100', '0100'],
  ])('writes %s records so that whoever takes them for hex can read them', (recordCount, written) => {
    const counted = buildOrigin({ dataset: { ...dataset, recordCount }, predicate, previous: null })
    expect(counted.subject[0]?.digest.recordCount).toBe(written)
    expect(parseStatement(serializeStatement(counted)).subject).toEqual(counted.subject)
    expect(formatCount(written)).toBe(recordCount)
  })

  it('lists its files, says that it is complete and what came before', () => {
    expect(statement.predicate).toEqual({
      ...predicate,
      files: [{ name: 'part-0.parquet', digest: { sha256: 'c'.repeat(64) }, size: '12' }],
      completeness: { inputs: 'full', outputs: 'full', reasons: [] },
      previous: null,
    })
  })

  it('follows its own schema when it is read again', () => {
    const read = parseStatement(serializeStatement(statement))
    expect(readPredicate(read)).toEqual({ kind: 'origin', predicate: statement.predicate })
  })

  it('of one file lists none', () => {
    const single = buildOrigin({ dataset: { ...dataset, kind: 'file' }, predicate, previous: null })
    expect(single.predicate).not.toHaveProperty('files')
  })

  it('of more than 1,000 files refers to their manifest', () => {
    const files = Array.from({ length: 1001 }, (_, i) => ({ path: `é${i}`, sha256: 'c'.repeat(64), size: 1 }))
    const manifest = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('')
    const { files: listed, ...rest } = buildOrigin({
      dataset: { ...dataset, files },
      predicate,
      previous: null,
    }).predicate
    expect(listed).toBeUndefined()
    expect(rest.manifest).toEqual({
      ref: `manifests/${'a'.repeat(64)}.sha256sums.gz`,
      digest: { sha256: 'a'.repeat(64) },
      mediaType: 'text/plain',
      entries: 1001,
      bytes: String(Buffer.byteLength(manifest)),
    })
  })
})

describe('the identity of an attestation', () => {
  const identify = (occurrence: { run?: string; version?: string; previous: typeof previous | null }) =>
    buildOrigin({ dataset, predicate, ...occurrence }).subject[0]?.annotations?.identity

  it('is the same for the same run and execution, whatever came before', () => {
    expect(identify({ run: 'r', version: '3', previous })).toBe(identify({ run: 'r', version: '3', previous: null }))
  })

  it('differs when content comes back: A, B, A are three', () => {
    expect(identify({ previous })).not.toBe(identify({ previous: null }))
    expect(identify({ previous })).toBe(
      identityOf({
        predicateType: PREDICATE.origin,
        name: NAME,
        sha256: 'a'.repeat(64),
        run: 'f'.repeat(64),
        version: null,
      }),
    )
  })
})

describe('a transform', () => {
  const input = (name: string, digit: string): TransformInput => ({
    name,
    digest: { sha256: digit.repeat(64) },
    attestationRef: 'attestations/x',
  })
  const build = (inputs: TransformInput[], type: string = TRANSFORM.sparkBatch) =>
    buildTransform({
      dataset,
      run: 'app~1~0000000000000000',
      version: '3',
      previous,
      completeness: { inputs: 'partial', outputs: 'full', reasons: ['input-over-budget', 'deadline', 'deadline'] },
      predicate: { inputs, transform: { type }, executor: { id: `spki:sha256:${'d'.repeat(64)}#agent` } },
    })

  it('names each input version once, in the order of names', () => {
    const { inputs } = build([input('dataset:b', '1'), input('dataset:a', '2'), input('dataset:b', '1')]).predicate
    expect(inputs.map(({ name }) => name)).toEqual(['dataset:a', 'dataset:b'])
  })

  it('says in order why it is partial', () => {
    const { completeness } = build([input('dataset:a', '1')]).predicate
    expect(completeness).toEqual({ inputs: 'partial', outputs: 'full', reasons: ['deadline', 'input-over-budget'] })
  })

  it('without any input is a Spark stage or invalid', () => {
    const judge = (type: string) => () => readPredicate(build([], type))
    expect(judge(TRANSFORM.sparkStage)).not.toThrow()
    expect(judge(TRANSFORM.sparkBatch)).toThrow(expect.objectContaining({ code: 'statement-invalid' }))
  })
})

describe('a run', () => {
  it('is named by its record', () => {
    const run = {
      kind: 'start',
      runId: 'app~1~00',
      sequence: 0,
      time: '2026-11-21T03:20:00.000Z',
      applicationId: 'app',
    } as const
    const statement = buildRun({ run, executor: { id: 'spki:sha256:00#agent' } })
    const digest = sha256(
      '{"applicationId":"app","kind":"start","runId":"app~1~00","sequence":0,"time":"2026-11-21T03:20:00.000Z"}',
    )
    expect(statement.subject).toEqual([
      {
        name: 'run:app~1~00',
        digest: { sha256: digest },
        annotations: {
          kind: 'run',
          identity: sha256(`["${PREDICATE.run}","run:app~1~00","${digest}","app~1~00","0"]`),
        },
      },
    ])
    expect(readPredicate(parseStatement(serializeStatement(statement))).kind).toBe('run')
  })
})

describe('a DBOM', () => {
  it('is stated of the run that it sums up', () => {
    const dbom = {
      dbomVersion: '1.0.0' as const,
      dbomId: 'urn:dbom:run:1',
      dataset: { name: 'run:1' },
      sources: [],
      transformations: [],
    }
    const statement = buildDbom({ subject: { name: 'run:1', sha256: 'a'.repeat(64), kind: 'run' }, run: '1', dbom })
    expect(readPredicate(parseStatement(serializeStatement(statement)))).toEqual({ kind: 'dbom', predicate: dbom })
  })
})

describe('a statement to be verified', () => {
  const statement = buildOrigin({ dataset, predicate, previous: null })
  const bytesOf = (text: string) => new TextEncoder().encode(text)
  const text = new TextDecoder().decode(serializeStatement(statement))

  it.each([
    ['a digest in capitals', text.replace('a'.repeat(64), 'A'.repeat(64))],
    ['a short digest', text.replace('a'.repeat(64), 'a'.repeat(63))],
    ['a key that stands twice', text.replace('{', '{"_type":"https://in-toto.io/Statement/v1",')],
    ['another statement version', text.replace('Statement/v1', 'Statement/v2')],
    ['no predicate', text.replace('"predicate":', '"predikate":')],
    ['text behind it', `${text}{}`],
    ['a byte order mark', `\uFEFF${text}`],
  ])('is refused with %s', (_, changed) => {
    expect(() => parseStatement(bytesOf(changed))).toThrow(expect.objectContaining({ code: 'statement-invalid' }))
  })

  it('may have several subjects: how many is for the verifier to judge', () => {
    const several = serializeStatement({ ...statement, subject: [...statement.subject, ...statement.subject] })
    expect(parseStatement(several).subject).toHaveLength(2)
  })

  it('keeps fields that nobody knows', () => {
    const read = parseStatement(bytesOf(text.replace('{', '{"x":{"y":[1,null]},')))
    expect(new TextDecoder().decode(serializeStatement(read))).toContain('"x":{"y":[1,null]}')
  })
})
