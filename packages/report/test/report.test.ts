import { generateKey } from '@makoto/core'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { gatherReport, renderPage } from '../src/index.ts'
import { describeInBrowser } from './browser.ts'
import { policyAsking } from './policies.ts'
import { openReport, type Reader, startBrowser } from './reader.ts'
import { type Story, tellStory } from './story.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInBrowser('a report in a browser', () => {
  let browser: Browser
  let story: Story
  let reader: Reader | undefined

  beforeAll(async () => {
    browser = await startBrowser()
    story = await tellStory()
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await story.scene.close()
  })
  afterEach(async () => {
    expect(reader?.complaints ?? []).toEqual([])
    expect(reader?.requests ?? []).toEqual([])
    await reader?.close()
    reader = undefined
  })

  const open = async (html = story.html) => {
    reader = await openReport(browser, html)
    return reader
  }

  it('says the verdict first, and whose word it is', async () => {
    const { text, page } = await open()
    expect(await text('h1')).toBe('PROVEN L2')
    expect(await text('.verdict .name')).toBe(story.report.dataset.name)
    expect(await text('#here')).toMatch(/^As stated by whoever made this page, with makoto 0\.1\.0, on 2026-11-21 /)
    expect(await text('main')).not.toMatch(/verified here/i)
    expect(await page.title()).toBe(`PROVEN: ${story.report.dataset.name}`)
  })

  it('has a card for each dataset and each job, and a row for each requirement', async () => {
    const { page, text } = await open()
    expect(await page.locator('#datasets .card').count()).toBe(3)
    expect(await page.locator('#jobs .card').count()).toBe(1)
    expect(await page.locator('#stages .card').count()).toBe(3)
    expect(await text('#stages .card')).toMatch(
      /csv at Orders\.scala:12[\s\S]*covered by\s+the digest in the job's statement/,
    )
    expect(await text('#jobs .card')).toContain('amounts in euros')
    expect(await page.locator('#requirements tbody tr').count()).toBe(story.report.requirements.length)
    expect(await text('#requirements tbody tr')).toMatch(/^L1\.V\.1\s.*pass/s)
  })

  it('shows what changed since the version before: files, inputs, and how it was made', async () => {
    const { page, text } = await open()
    expect(await text('#file-changes')).toBe('1 file added, 0 removed, 1 altered, 1 the same.')
    expect(await page.locator('#changes .names').allInnerTexts()).toEqual([
      'part-2.csv',
      'part-1.csv',
      expect.anything(),
    ])
    expect(await text('#input-changes')).toBe('0 inputs new, 0 gone, 1 in another version.')
    expect(await text('#fact-changes')).toMatch(/^Changed: digest, executor versions, ended; \d+ more are the same\.$/)
    expect(await text('#changes tr.differs:has-text("executor versions")')).toMatch(
      /spark 3\.5\.1\s+spark 3\.5\.3\s+changed/,
    )
  })

  it('says "verified here" for the right key and the right authority', async () => {
    const { drop, page, text } = await open()
    const said = await drop({ name: 'key.pub', text: story.keyPem }, { name: 'tsa.pem', text: story.rootPem })
    expect(said).toMatch(/^Verified here, L2\. 3 attestations verified under your key/)
    const marks = await page.locator('.mark').allInnerTexts()
    // Three datasets, one job, three stages.
    expect(marks).toEqual(Array.from({ length: 7 }, () => 'verified here, L2'))
    expect(await text('[data-found="L2.V.6"]')).toMatch(/^here: 2026-11-21T.* by /)
    expect(await page.locator('[data-here="L2.V.1"]').textContent()).toBe('pass')
    expect(await page.locator('[data-here="L1.V.3"]').textContent()).toBe('–')
  })

  it('holds, and is not verified, where the authority was not given', async () => {
    const { drop, page, text } = await open()
    const said = await drop({ name: 'key.pub', text: story.keyPem })
    expect(said).toMatch(/^Holds in this browser up to L1, and not all that is stated\. .*level 2.*timestamps were not/)
    expect(await text('h1')).toBe('PROVEN L2 is stated, L1 holds here')
    expect(await text('main')).not.toMatch(/verified here/i)
    expect(await text('.mark')).toBe('holds here, L1')
    expect(await page.locator('.verdict.good').count()).toBe(0)
    expect(await drop({ name: 'tsa.pem', text: story.rootPem })).toMatch(/^Verified here, L2/)
    expect(await text('h1')).toBe('PROVEN L2')
  })

  it('verifies under a policy that is dropped with the files that it names', async () => {
    const { drop } = await open()
    const said = await drop(
      { name: 'makoto.policy.yaml', text: policyAsking(2) },
      { name: 'key.pub', text: story.keyPem },
      { name: 'tsa.pem', text: story.rootPem },
    )
    expect(said).toMatch(/^Verified here, L2\. 3 attestations verified under your policy/)
  })

  it('refuses what a policy refuses', async () => {
    const { drop, text } = await open()
    const said = await drop(
      { name: 'makoto.policy.yaml', text: policyAsking(3) },
      { name: 'key.pub', text: story.keyPem },
      { name: 'tsa.pem', text: story.rootPem },
    )
    expect(said).toMatch(/^Not believed in this browser\. .*level/)
    expect(await text('h1')).toContain('not believed here')
  })

  it('refuses a key of somebody else', async () => {
    const { drop, page, text } = await open()
    const { publicKeyPem } = await generateKey()
    expect(await drop({ name: 'key.pub', text: publicKeyPem })).toMatch(
      /^Not believed in this browser\. key: it is signed by none of your keys/,
    )
    expect(await page.locator('.mark.good').count()).toBe(0)
    expect(await text('h1')).toBe('PROVEN L2 is stated, and not believed here')
  })

  it('takes no private key', async () => {
    const { page } = await open()
    const { privateKeyPem } = await generateKey()
    await page.setInputFiles('#trust-files', [
      { name: 'key.pem', mimeType: 'text/plain', buffer: Buffer.from(privateKeyPem) },
    ])
    await page.locator('.trusted li').waitFor()
    expect(await page.locator('.trusted li').textContent()).toContain('was not taken: this is a private key')
  })

  it('does not say "verified here" where a source was signed by nobody', async () => {
    const half = await tellStory({ unsigned: true })
    const { drop, page } = await open(half.html)
    const said = await drop({ name: 'key.pub', text: half.keyPem }, { name: 'tsa.pem', text: half.rootPem })
    expect(said).toMatch(/^Not believed in this browser\. 1 of 3 attestations verified under no key of yours: .*rates/)
    expect(await page.locator('.mark.good').count()).toBe(0)
    await half.scene.close()
  })

  it('says why there is nothing to compare with', async () => {
    const hidden = await open(renderPage({ ...story.data, previous: null }))
    expect(await hidden.text('#no-change')).toMatch(/^The version before it, [0-9a-f]{12}…, is not in this page\.$/)
    await hidden.close()
    const first = await story.scene.verify('raw')
    const { store, trust, now } = story.scene
    const options = { store, trust: { ...trust, at: now() }, madeBy: 'makoto 0.1.0' }
    const { text } = await open(renderPage(await gatherReport(first, options)))
    expect(await text('#no-change')).toBe('Its attestation says that this is the first version.')
  })

  it('leaves NOT PROVEN what was not, whatever its attestations come to', async () => {
    const report = await story.scene.verify('orders', { level: 3 })
    const { store, trust, now } = story.scene
    const options = { store, trust: { ...trust, at: now() }, madeBy: 'makoto 0.1.0' }
    const { drop, text, page } = await open(renderPage(await gatherReport(report, options)))
    expect(await text('h1')).toBe('NOT PROVEN')
    const said = await drop({ name: 'key.pub', text: story.keyPem }, { name: 'tsa.pem', text: story.rootPem })
    expect(said).toMatch(/^Holds in this browser up to L2, .*Its verdict stays NOT PROVEN\./)
    expect(await text('main')).not.toMatch(/verified here/i)
    expect(await page.locator('.verdict.bad').count()).toBe(1)
  })

  it('shows hostile names as the text they are, wherever they stand', async () => {
    const markup = '<img src=x onerror=alert(1)>'
    const hostile = await tellStory({
      dataset: `<\u202Eimg src=x onerror=alert(1)>`,
      job: '</script><script>alert(1)</script>',
      stage: `\u2066${markup}`,
      file: `${markup.replaceAll('/', '')}\u200b.csv`,
    })
    const [row, ...rows] = hostile.report.requirements
    const requirements = row ? [{ ...row, evidence: `\u202e${markup}` }, ...rows] : []
    const report = { ...hostile.report, requirements }
    const data = { ...hostile.data, report, author: `Ada\u202e${markup}`, madeBy: markup, leftOut: [markup] }
    const { text, page, drop } = await open(renderPage(data))
    page.on('dialog', () => {
      throw new Error('a name was run')
    })
    await drop({ name: `${markup.replaceAll('/', '')}\u202e.pub`, text: hostile.keyPem })
    expect(await text('.verdict .name')).toContain('/<\\u{202e}img src=x onerror=alert(1)>')
    expect(await text('#jobs .card h3')).toBe('</script><script>alert(1)</script>')
    expect(await page.locator('#stages .card h3').allInnerTexts()).toContain(`\\u{2066}${markup}`)
    expect(await text('#changes .names')).toBe(`${markup}\\u{200b}.csv`)
    expect(await text('#requirements tbody tr')).toContain(`\\u{202e}${markup}`)
    expect(await text('.trusted li')).toContain(`${markup}\\u{202e}.pub: the key`)
    expect(await text('#here')).toContain(`as stated by Ada\\u{202e}${markup}, with ${markup}`)
    expect(await text('footer')).toContain(`Too large to travel along: ${markup}`)
    expect(await page.locator('#report img, #report script').count()).toBe(0)
    expect(await text('main')).not.toMatch(/[\u200b\u202e\u2066]/)
    await hostile.scene.close()
  })

  it('lets no script in but its own', async () => {
    const smuggled = story.html.replace('</body>', '<script>document.title = "smuggled"</script></body>')
    const { page, complaints, close } = await openReport(browser, smuggled)
    expect(await page.title()).not.toBe('smuggled')
    expect(complaints.join()).toMatch(/Content Security Policy/)
    await close()
  })
})
