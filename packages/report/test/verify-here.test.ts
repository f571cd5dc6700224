import { parsePublicKey, parseTimestampAuthorities } from '@makoto/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatherReport, type ReportData } from '../src/index.ts'
import { openCarriedStore } from '../src/page/carried-store.ts'
import { readData } from '../src/page/read-data.ts'
import { verifyHere } from '../src/page/verify-here.ts'
import { alterNode, REFUSED, UNREACHED, UNREADABLE } from './alterations.ts'
import { type Story, tellStory } from './story.ts'

let story: Story
beforeAll(async () => {
  story = await tellStory()
})
afterAll(() => story.scene.close())

/** As the page asks its own verifier when the right key and the right authority were dropped. */
function ask(data: ReportData, timestampAuthorities = parseTimestampAuthorities(story.rootPem)) {
  const keys = [parsePublicKey(story.keyPem)]
  return verifyHere(data, openCarriedStore(data.objects), { trust: { keys, timestampAuthorities } })
}

/** The page of a maker who asked for level 1 and named no timestamp authority. */
async function gatherUndated(): Promise<ReportData> {
  const { store, now, verify, trust } = story.scene
  const undated = { ...trust, timestampAuthorities: [] }
  const report = await verify('orders', { level: 1, trust: undated })
  return gatherReport(report, { store, trust: { ...undated, at: now() }, madeBy: 'makoto 0.1.0' })
}

it('verifies the page as it was written', async () => {
  expect(await ask(story.data)).toMatchObject({ standing: 'verified', level: 2 })
})

describe('refuses a page with another', () => {
  it.each(Object.entries(REFUSED))('%s', async (_, [alter, reason]) => {
    const altered = alter(story.data)
    expect(altered).not.toEqual(story.data)
    const here = await ask(altered)
    expect(here).toMatchObject({ standing: 'refused', level: 0, sentence: expect.stringMatching(reason) })
    expect(here.levels.size).toBe(0)
  })
})

describe('reaches less than a page that claims', () => {
  it.each(Object.entries(UNREACHED))('%s', async (_, [alter, reason]) => {
    const altered = alter(story.data)
    expect(altered).not.toEqual(story.data)
    expect(await ask(altered)).toMatchObject({
      standing: 'partly',
      level: 2,
      sentence: expect.stringMatching(reason),
    })
  })
})

describe('a page of level 1', () => {
  it('is verified by the key alone, and beside the authority', async () => {
    const data = await gatherUndated()
    expect(await ask(data, [])).toMatchObject({ standing: 'verified', level: 1 })
    expect(await ask(data)).toMatchObject({ standing: 'verified' })
  })

  it('is not verified by the key alone where it states times', async () => {
    const data = await gatherUndated()
    const altered = alterNode(
      ({ depth }) => depth === 0,
      () => ({ time: '2020-01-01T00:00:00.000Z' }),
    )(data)
    expect(await ask(altered, [])).toMatchObject({
      standing: 'partly',
      level: 1,
      sentence: expect.stringMatching(/states when .*orders was attested, which was not checked/),
    })
    expect(await ask(altered)).toMatchObject({ standing: 'refused' })
  })
})

describe('does not read', () => {
  it.each(Object.entries(UNREADABLE))('%s', (_, alter) => {
    expect(readData(JSON.stringify(alter(story.data)))).toBeTypeOf('string')
  })

  it('what is no JSON', () => {
    expect(readData('{')).toBe('it is no JSON')
  })
})

it('reads a page as it was written', () => {
  expect(readData(JSON.stringify(story.data))).toEqual(JSON.parse(JSON.stringify(story.data)))
})
