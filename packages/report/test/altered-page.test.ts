import { formatPem, generateKey } from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ReportData, renderPage } from '../src/index.ts'
import { REFUSED, UNREACHED, UNREADABLE } from './alterations.ts'
import { describeInBrowser } from './browser.ts'
import { policyAsking, policyExtending } from './policies.ts'
import { type DroppedFile, openReport, startBrowser } from './reader.ts'
import { type Story, tellStory } from './story.ts'

vi.setConfig({ testTimeout: 60_000 })

/** What is read from the screen; `verify-here.test.ts` asks the page's verifier about all of them. */
const SHOWN = [
  'a byte of a bundle',
  'the name of the data',
  'an edge of the chain',
  'a line of a stage',
  'a line of a stage, made unreadable',
  'bytes that are no base64',
  'the version before',
]

describeInBrowser('a page that somebody had in hand', () => {
  let browser: Browser
  let story: Story
  let ours: readonly DroppedFile[]

  beforeAll(async () => {
    browser = await startBrowser()
    story = await tellStory()
    ours = [
      { name: 'key.pub', text: story.keyPem },
      { name: 'tsa.pem', text: story.rootPem },
    ]
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await story.scene.close()
  })

  /** What the page says once everything was dropped that the reader has, drop by drop. */
  async function read(data: ReportData, ...drops: readonly (readonly DroppedFile[])[]) {
    const { drop, text, page, complaints, requests, close } = await openReport(browser, renderPage(data))
    let said = ''
    for (const files of drops) said = await drop(...files)
    const seen = { said, headline: await text('h1'), all: await text('main') }
    const good = await page.locator('.good').count()
    expect([complaints, requests]).toEqual([[], []])
    await close()
    return { ...seen, good }
  }

  const expectDoubt = ({ all, good }: Awaited<ReturnType<typeof read>>) =>
    expect({ claims: /verified here/i.test(all), good }).toEqual({ claims: false, good: 0 })

  it('is verified as it was written', async () => {
    expect((await read(story.data, ours)).said).toMatch(/^Verified here, L2/)
  })

  it.each(SHOWN)('is not believed with another: %s', async (name) => {
    const [alter, reason] = REFUSED[name] ?? []
    const seen = await read(alter?.(story.data) ?? story.data, ours)
    expect(seen.said).toMatch(/^Not believed in this browser\./)
    expect(seen.said).toMatch(reason ?? '')
    expect(seen.headline).toBe('PROVEN L2 is stated, and not believed here')
    expectDoubt(seen)
  })

  it('holds in part where it claims a higher level', async () => {
    const [alter] = UNREACHED['a higher level'] ?? []
    const seen = await read(alter?.(story.data) ?? story.data, ours)
    expect(seen.said).toMatch(/^Holds in this browser up to L2, and not all that is stated\..*states level 3/)
    expect(seen.headline).toBe('PROVEN L3 is stated, L2 holds here')
    expectDoubt(seen)
  })

  it('says what it cannot find out itself only as stated', async () => {
    const report = { ...story.data.report, newestKnown: 'yes' as const }
    const { said, all } = await read({ ...story.data, report }, ours)
    expect(said).toMatch(/^Verified here, L2\. .* whether it is the newest version stay as stated\.$/)
    expect(all).toContain('As stated, it is the newest version.')
    for (const label of ['Data, as stated', 'Newest, as stated', 'Read, as stated']) expect(all).toContain(label)
  })

  it('says that it cannot be read', async () => {
    const seen = await read(UNREADABLE['a chain that is none']?.(story.data) as ReportData)
    expect(seen.all).toMatch(/^Not believed in this browser: what this page carries is not as it was written/)
    expectDoubt(seen)
  })

  describe('under the trust of its reader', () => {
    const policy = (text: string): DroppedFile => ({ name: 'makoto.policy.yaml', text })

    it.each([
      ['a key that was revoked before it signed', ", revokedOn: '2026-11-01T00:00:00Z'", /revoked/],
      ['a key whose time was over', ", validUntil: '2026-11-01T00:00:00Z'", /was not trusted at/],
      ['a key whose time had not begun', ", validFrom: '2026-12-01T00:00:00Z'", /was not trusted at/],
    ])('refuses %s', async (_, words, reason) => {
      const seen = await read(story.data, [...ours, policy(policyAsking(2, words))])
      expect(seen.said).toMatch(/^Not believed in this browser\./)
      expect(seen.said).toMatch(reason)
      expectDoubt(seen)
    })

    it('refuses what a policy refuses, though the key alone was enough before', async () => {
      const seen = await read(story.data, ours, [...ours, policy(policyAsking(3))])
      expect(seen.said).toMatch(/^Not believed in this browser\. .*level/)
      expectDoubt(seen)
    })

    it('lets nobody add to a policy', async () => {
      const other = { name: 'key.pub', text: (await generateKey()).publicKeyPem }
      const [, tsa] = ours
      const seen = await read(story.data, [other, ...(tsa ? [tsa] : []), policy(policyAsking(2))], ours)
      expect(seen.said).toMatch(/^Not believed in this browser\. .*none of your keys/)
      expect(seen.all).toContain('key.pub was not taken: your policy names all whom you believe')
      expectDoubt(seen)
    })

    it('takes the policy that extends the others, in whatever order they come', async () => {
      const base = { name: 'base.yaml', text: policyAsking(1) }
      const seen = await read(story.data, [base, ...ours, policy(policyExtending('base.yaml'))])
      expect(seen.said).toMatch(/^Not believed in this browser\. .*never/)
      expectDoubt(seen)
    })

    it('takes none of two policies, and neither of two files with one name', async () => {
      const [key, tsa] = ours
      const files = [policy(policyAsking(2)), { name: 'other.yaml', text: policyAsking(1) }, ...ours]
      expect((await read(story.data, files)).all).toContain('none of these policies extends all the others')
      const twice = [policy(policyAsking(2)), key, key, tsa].filter((file) => file !== undefined)
      expect((await read(story.data, twice)).all).toContain('two of these files have one name')
    })

    it('proves no time by an authority of somebody else, in whatever form it is dropped', async () => {
      const authority = await startTimestampAuthority()
      const [key] = ours
      const pem = authority.rootPem.replaceAll(/-----[^-]+-----|\s/g, '')
      const root = {
        mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
        timestampAuthorities: [
          {
            subject: { organization: 'test', commonName: 'test' },
            uri: 'https://tsa.example',
            certChain: { certificates: [{ rawBytes: pem }] },
            validFor: { start: '2020-01-01T00:00:00Z' },
          },
        ],
      }
      for (const file of [
        { name: 'tsa.pem', text: authority.rootPem },
        { name: 'trusted_root.json', text: JSON.stringify(root) },
      ]) {
        const seen = await read(story.data, [key ?? file, file])
        expect(seen.said).toMatch(/^(Holds in this browser up to L1|Not believed)/)
        expect(seen.all).not.toContain('was not taken')
        expectDoubt(seen)
      }
      await authority.close()
    })

    it('believes no key that is not the one that signed, in whatever form', async () => {
      const { publicKeyPem } = await generateKey()
      expectDoubt(await read(story.data, [{ name: 'key.pub', text: publicKeyPem }]))
      expectDoubt(await read(story.data, [{ name: 'key.pub', text: formatPem('PUBLIC KEY', new Uint8Array(91)) }]))
    })
  })
})
