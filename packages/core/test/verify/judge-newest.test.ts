import { rmSync } from 'node:fs'
import { datasetName, digestDataset, parseBundle, parseStatement } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Contender, chooseAttestation, findContenders } from '../../src/verify/choose-attestation.ts'
import { findAttestations } from '../../src/verify/find-attestations.ts'
import { judgeNewest } from '../../src/verify/judge-newest.ts'
import { type KnownVersion, readHistory } from '../../src/verify/version-history.ts'
import { readBundle } from './attested-bundle.ts'
import { type Attested, openScene, type Scene } from './scene.ts'

/** A version that nobody signed, and that names the one before it. */
function versionAt(number: number, previous: number | undefined): KnownVersion {
  const bundle = `bundle ${number}`
  return {
    names: ['dataset:a'],
    subject: `subject ${number}`,
    bundle,
    identity: `identity ${number}`,
    previous: previous === undefined ? undefined : { subject: `subject ${previous}`, bundle: `bundle ${previous}` },
    time: undefined,
    signer: undefined,
    twin: { level: 1, times: [], sha256: bundle },
    observed: false,
  }
}

/** A history that counts how often it is asked for a version. */
class CountingMap extends Map<string, KnownVersion> {
  asked = 0
  override get(bundle: string): KnownVersion | undefined {
    this.asked++
    return super.get(bundle)
  }
}

const openHistory = (versions: readonly KnownVersion[]) => ({
  versions: new CountingMap(versions.map((version) => [version.bundle, version])),
  unread: 0,
  flooded: false,
  unreadVersions: [],
})

const LENGTH = 3000
const line = Array.from({ length: LENGTH }, (_, i) => versionAt(i, i === 0 ? undefined : i - 1))

it.each<[string, KnownVersion, string | undefined]>([
  ['the first of a long line', versionAt(0, undefined), 'bundle 1'],
  ['one in its middle', versionAt(1000, 999), 'bundle 1001'],
  ['the last', versionAt(LENGTH - 1, LENGTH - 2), undefined],
  ['one beside it', versionAt(-1, undefined), undefined],
  ['one that stands on nothing known', versionAt(-1, -2), undefined],
])('walks no link twice to see what comes after %s', (_, version, later) => {
  const history = openHistory(line)
  expect(judgeNewest(version, history).later?.bundle).toBe(later)
  expect(history.versions.asked).toBeLessThan(5 * LENGTH)
})

it('goes round no circle of links, which no digest could make', () => {
  const history = openHistory([versionAt(1, 3), versionAt(2, 1), versionAt(3, 2), versionAt(4, 3)])
  expect(judgeNewest(versionAt(9, undefined), history).later).toBeUndefined()
  expect(judgeNewest(versionAt(1, 3), history).later?.bundle).toBe('bundle 2')
})

const UNSIGNED = { signer: undefined, timestampUrl: undefined }

describe('attestations of the same bytes', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await openScene()
    scene.write('orders', { 'a.csv': 'a\n' })
  })
  afterEach(() => scene.close())

  /** What contends for the dataset, beside so many that nobody signed. */
  async function contend(unsigned: number) {
    const good = await scene.attest('orders')
    const statement = parseStatement(parseBundle(await readBundle(scene, good)).payload)
    for (let source = 0; source < unsigned; source++)
      await scene.seal({ ...statement, predicate: { ...statement.predicate, source } }, { signer: null })
    return { good, find: () => findContendersOf(good) }
  }
  async function findContendersOf({ sha256 }: Attested) {
    const { attestations } = await findAttestations(scene.store, sha256, { ...scene.trust, at: scene.now() })
    const found = await digestDataset(scene.path('orders'))
    return findContenders(attestations, { name: datasetName(scene.path('orders')), found, insecureAnyName: false })
  }

  it('that nobody signed are not asked whether they are the newest, where there is a signed one', async () => {
    const { good, find } = await contend(3)
    expect((await find()).map(({ attestation }) => attestation.report.sha256)).toEqual([good.bundle])
  })

  it('that nobody signed are asked youngest first, so that many that follow one another hide no newest', async () => {
    const attestToday = (day: number) => scene.attest('orders', { ...UNSIGNED, source: `sftp://partner/${day}` })
    const days = [await attestToday(0)]
    while (days.length < 39) days.push(await attestToday(days.length))
    const last = await attestToday(39)
    const ageOf = ({ attestation }: Contender) => days.findIndex(({ bundle }) => bundle === attestation.report.sha256)
    const contenders = (await findContendersOf(last)).toSorted((a, b) => ageOf(b) - ageOf(a))
    const history = await readHistory(scene.store, [last.name], { ...scene.trust, at: scene.now() })
    expect(contenders).toHaveLength(40)
    const chosen = chooseAttestation(contenders, history)
    expect(chosen?.attestation.report.sha256).toBe(last.bundle)
    expect(chosen?.newest.later).toBeUndefined()
  })

  it('that nobody signed are not all asked either, where there is none', async () => {
    const { good, find } = await contend(40)
    rmSync(`${scene.root}/store/${good.path}`)
    const contenders = await find()
    const later = { ...versionAt(-1, undefined), names: [good.name], time: Date.parse('2100-01-01T00:00:00Z') }
    const cost = (count: number) => {
      const history = openHistory([...line.map((version) => ({ ...version, names: [good.name] })), later])
      expect(chooseAttestation(contenders.slice(0, count), history)?.newest.later).toEqual(later)
      return history.versions.asked
    }
    expect(contenders).toHaveLength(40)
    expect(cost(40)).toBe(cost(32))
    expect(cost(32)).toBeGreaterThan(cost(8))
  })
})
