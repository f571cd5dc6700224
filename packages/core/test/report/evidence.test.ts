import { QUESTIONS, REQUIREMENTS, reportJsonSchema } from '@makoto/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, type Scene } from '../verify/scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('clean', { 'x.parquet': 'x' })
  await scene.transform('clean', [await scene.attest('raw')])
})
afterEach(() => scene.close())

const checkOf = (id: string) => REQUIREMENTS.find((row) => row.id === id)?.check

it('says for every pass what was compared and what it gave, and for everything else why it is none', async () => {
  for (const { id, status, evidence, reason } of (await scene.verify('clean')).requirements) {
    const check = checkOf(id)
    if (status !== 'pass') expect(reason, id).not.toBe('')
    else {
      expect(reason, id).toBe('')
      expect(evidence.startsWith(`${check && QUESTIONS[check].compared}: `), id).toBe(true)
      expect(evidence.length, id).toBeGreaterThan((check ? QUESTIONS[check].compared.length : 0) + 2)
    }
  }
})

it('names the attestations of a chain that a row speaks of', async () => {
  const { requirements } = await scene.verify('clean')
  expect(requirements.find(({ id }) => id === 'L2.V.1')?.evidence).toMatch(/: 2 of 2 hold, first signature: ecdsa-p256/)
})

it('tells what failed from what was never reached', async () => {
  scene.write('clean', { 'x.parquet': 'y' })
  const { requirements } = await scene.verify('clean')
  const statusOf = (id: string) => requirements.find((row) => row.id === id)?.status
  expect([statusOf('L1.X.3'), statusOf('L1.V.1'), statusOf('L2.V.1')]).toEqual(['fail', 'skipped', 'skipped'])
  expect(requirements.find(({ id }) => id === 'L2.V.1')?.reason).toBe('not reached: what came before it did not hold')
})

it('tells what nobody asked from what was never reached', async () => {
  const reasonOf = ({ requirements }: Awaited<ReturnType<typeof scene.verify>>, id: string) =>
    requirements.find((row) => row.id === id)?.reason
  const proven = await scene.verify('clean')
  expect(reasonOf(proven, 'L2.V.7')).toBe('you named no greatest age')
  expect(reasonOf(proven, 'L3.V.5')).toBe('no attestation says that it is in a log, and you named none')
  expect(proven.requirements.map(({ reason }) => reason).filter((reason) => reason.startsWith('not reached'))).toEqual(
    [],
  )
  scene.write('clean', { 'x.parquet': 'y' })
  expect(reasonOf(await scene.verify('clean'), 'L2.V.7')).toBe('not reached: what came before it did not hold')
})

it('follows the JSON Schema that is published', async () => {
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  const validate = ajv.compile(reportJsonSchema())
  const proven = await scene.verify('clean')
  scene.write('clean', { 'x.parquet': 'y' })
  for (const report of [proven, await scene.verify('clean')])
    expect(validate(JSON.parse(JSON.stringify(report))) || validate.errors).toBe(true)
  expect(validate({ ...proven, verdict: 'MAYBE' })).toBe(false)
})
