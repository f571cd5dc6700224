import { buildOrigin, datasetName, digestDataset, type RenderingAnalysis } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, openScene, requirement, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const HIDDEN = 'user,amount\nad\u202emin,1\n'

async function attested(text: string, rendering = false) {
  scene.write('orders', { 'a.csv': text })
  return scene.attest('orders', { digest: { rendering } })
}

describe('text with characters that nobody sees', () => {
  it('is said, and refuses nothing, where nobody asked', async () => {
    await attested(HIDDEN)
    const report = await scene.verify('orders')
    expect(report).toMatchObject({ verdict: 'PROVEN', rendering: { verdict: 'fail', patterns: ['bidi-control'] } })
    expect(requirement(report, 'L1.V.5')).toBe('fail')
    expect(requirement(report, 'L2.V.12')).toBe('fail')
    expect(report.checks.find(({ id }) => id === 'rendering')?.detail).toContain('a.csv (U+202E at character 14)')
  })

  it('is refused where the caller asks for that', async () => {
    await attested(HIDDEN)
    const report = await scene.verify('orders', { rendering: 'fail' })
    expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 2, failure: { code: 'rendering-refused' } })
  })

  it('is refused too where it may be a slip', async () => {
    await attested('a\u200bb\n')
    expect((await scene.verify('orders', { rendering: 'fail' })).failure?.code).toBe('rendering-refused')
  })

  it('is accepted by name, or as a whole', async () => {
    await attested(HIDDEN)
    const byName = await scene.verify('orders', { rendering: 'fail', renderingAllow: ['bidi-control'] })
    const another = await scene.verify('orders', { rendering: 'fail', renderingAllow: ['zero-width'] })
    const whole = await scene.verify('orders', { rendering: 'allow' })
    expect([byName.verdict, another.verdict, whole.verdict]).toEqual(['PROVEN', 'NOT PROVEN', 'PROVEN'])
    expect(requirement(byName, 'L2.V.12')).toBe('pass')
  })

  it('is not looked for where the caller says so, which is no pass', async () => {
    await attested(HIDDEN)
    const report = await scene.verify('orders', { rendering: 'off' })
    expect(report.rendering).toBeUndefined()
    expect(requirement(report, 'L1.V.5')).toBe('skipped')
    expect(requirement(report, 'L2.V.11')).not.toBe('pass')
  })

  it('does not come up where nothing is text', async () => {
    scene.write('orders', { 'a.bin': '\0\0\0\0' })
    await scene.attest('orders')
    expect(requirement(await scene.verify('orders', { rendering: 'fail' }), 'L1.V.5')).toBe('not-applicable')
  })
})

describe('an analysis in the statement', () => {
  it('is stated on request, and agrees with what is found', async () => {
    await attested(HIDDEN, true)
    const report = await scene.verify('orders')
    expect(requirement(report, 'L2.V.11')).toBe('pass')
    expect(answer(report, 'rendering-analysis')).toBe('pass')
  })

  it('is stated again where the newest attestation has none', async () => {
    const first = await attested('a\n')
    expect((await scene.attest('orders', { digest: { rendering: true } })).bundle).not.toBe(first.bundle)
  })

  async function stateAnalysis(change: (analysis: RenderingAnalysis) => unknown) {
    scene.write('orders', { 'a.csv': HIDDEN })
    const { rendering, ...dataset } = await digestDataset(scene.path('orders'), { rendering: true })
    if (rendering === undefined) throw new Error('nothing was scanned')
    const now = scene.now().toISOString()
    const statement = buildOrigin({
      dataset: { name: datasetName(scene.path('orders')), ...dataset },
      previous: null,
      predicate: {
        origin: { source: 'hand', collectionTimestamp: now },
        collector: { id: `${scene.signer.id}#cli` },
        analysis: { rendering: change(rendering) },
      },
    })
    await scene.seal(statement)
    return scene.verify('orders')
  }

  it('is refused where it says that nothing is hidden', async () => {
    const report = await stateAnalysis((analysis) => ({ ...analysis, patterns: [], verdict: 'pass' }))
    expect(report.failure?.code).toBe('rendering-mismatch')
  })

  it('is refused where it is about other bytes', async () => {
    const report = await stateAnalysis((analysis) => ({ ...analysis, digest: { sha256: '0'.repeat(64) } }))
    expect(report.failure?.code).toBe('rendering-mismatch')
  })

  it('is a word where another scanner made it, never a pass', async () => {
    const report = await stateAnalysis((analysis) => ({
      ...analysis,
      verdict: 'pass',
      scanner: { name: 'x', version: '1' },
    }))
    expect(report.verdict).toBe('PROVEN')
    expect(requirement(report, 'L2.V.11')).toBe('declared')
  })

  it('says nothing where it cannot be read', async () => {
    const report = await stateAnalysis(() => ({ verdict: 'pass' }))
    expect(report.verdict).toBe('PROVEN')
    expect(requirement(report, 'L2.V.11')).toBe('fail')
  })
})
