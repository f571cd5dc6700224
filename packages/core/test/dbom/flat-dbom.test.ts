import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildFlatDbom, encodeUtf8, readFlatDbom } from '@makoto/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Attested, openScene, type Scene } from '../verify/scene.ts'

const SCHEMA = fileURLToPath(new URL('../../../../../shared/makoto/dbom-schema-v0.1.json', import.meta.url))

let scene: Scene
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('clean', { 'x.parquet': 'x' })
  scene.write('report', { 'y.parquet': 'y' })
  raw = await scene.attest('raw')
})
afterEach(() => scene.close())

describe('a flat DBOM', () => {
  it('is the line from the origin to the dataset', async () => {
    const clean = await scene.transform('clean', [raw])
    await scene.transform('report', [clean])
    const report = await scene.verify('report')
    const flat = buildFlatDbom(report)
    expect(flat.lineage.map(({ step, input_hash, output_hash }) => [step, input_hash, output_hash])).toEqual([
      [1, 'n/a', raw.sha256],
      [2, raw.sha256, clean.sha256],
      [3, clean.sha256, report.dataset.sha256],
    ])
    expect(flat.signature).toEqual({ algorithm: 'sha256', value: report.chain[0]?.bundle, signer: scene.signer.id })
    expect(flat.id).toMatch(/^dbom-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(buildFlatDbom(report).id).toBe(flat.id)
  })

  it('begins after a join, and names what was joined', async () => {
    const clean = await scene.transform('clean', [raw])
    await scene.transform('report', [clean, raw])
    const flat = buildFlatDbom(await scene.verify('report'))
    expect(flat.lineage).toMatchObject([{ step: 1, input_hash: 'n/a' }])
    expect(flat.lineage[0]?.description).toContain(`from ${clean.name}, ${raw.name}`)
  })

  it('is read back as it was written', async () => {
    await scene.transform('clean', [raw])
    const flat = buildFlatDbom(await scene.verify('clean'))
    expect(readFlatDbom(encodeUtf8(JSON.stringify(flat)))).toEqual(flat)
  })

  it('is refused where its line is broken', async () => {
    await scene.transform('clean', [raw])
    const flat = buildFlatDbom(await scene.verify('clean'))
    const [first, second] = flat.lineage
    const broken = { ...flat, lineage: [first, { ...second, input_hash: '0'.repeat(64) }] }
    expect(() => readFlatDbom(encodeUtf8(JSON.stringify(broken)))).toThrow(
      expect.objectContaining({ code: 'statement-invalid' }),
    )
  })
})

describe.skipIf(!existsSync(SCHEMA))('the published schema', () => {
  it('accepts what we write, and refuses it without its lineage', async () => {
    const ajv = new Ajv2020({ strict: false })
    addFormats.default(ajv)
    const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))
    await scene.transform('clean', [raw])
    const flat = buildFlatDbom(await scene.verify('clean'))
    expect(validate(JSON.parse(JSON.stringify(flat))) || validate.errors).toBe(true)
    expect(validate({ ...flat, lineage: [] })).toBe(false)
  })
})
