import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser } from './browser.ts'
import { openReport, type Reader, startBrowser } from './reader.ts'
import { type Story, tellStory } from './story.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInBrowser('a report, however it is read', () => {
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
    expect([reader?.complaints ?? [], reader?.requests ?? []]).toEqual([[], []])
    await reader?.close()
    reader = undefined
  })

  const open = async (options: Parameters<typeof openReport>[2] = {}) => {
    reader = await openReport(browser, story.html, options)
    return reader
  }

  it('prints without what nobody can use on paper, and with all of its picture', async () => {
    const { page } = await open()
    const view = () => page.locator('.lineage').getAttribute('viewBox')
    const whole = await view()
    await page.getByRole('button', { name: 'larger' }).click()
    expect(await view()).not.toBe(whole)
    await page.pdf()
    expect(await view()).toBe(whole)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.drop').isVisible()).toBe(false)
    expect(await page.locator('.tools').isVisible()).toBe(false)
    expect((await page.locator('.lineage').boundingBox())?.height).toBeGreaterThan(50)
  })

  it('can be used without a mouse', async () => {
    const { page } = await open()
    const frame = page.locator('.frame')
    const view = () => page.locator('.lineage').getAttribute('viewBox')
    const whole = await view()
    await frame.focus()
    await frame.press('ArrowRight')
    await frame.press('+')
    expect(await view()).not.toBe(whole)
    await frame.press('0')
    expect(await view()).toBe(whole)
    await page.locator('.box').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('.card:target').count()).toBe(1)
  })

  it('can be moved and enlarged by mouse', async () => {
    const { page } = await open()
    const view = () => page.locator('.lineage').getAttribute('viewBox')
    const whole = await view()
    await page.locator('.frame').scrollIntoViewIfNeeded()
    const box = await page.locator('.frame').boundingBox()
    if (box === null) throw new Error('there is no picture')
    await page.mouse.move(box.x + 20, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + 90, box.y + 60)
    await page.mouse.up()
    const moved = await view()
    expect(moved).not.toBe(whole)
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -100)
    await page.keyboard.up('Control')
    await expect.poll(view).not.toBe(moved)
  })

  it('tells a screen reader what stands there, and what comes of a key', async () => {
    const { page, drop } = await open()
    const levels = await page.getByRole('heading').evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.every((level, at) => at === 0 || level - (levels[at - 1] ?? 0) <= 1)).toBe(true)
    for (const name of ['Lineage', 'Since the version before', 'Datasets', 'Jobs', 'Stages', 'Requirements'])
      await page.getByRole('region', { name, exact: true }).waitFor()
    await page.getByRole('link', { name: 'clean orders, job · 1 output' }).waitFor()
    await page.getByRole('article', { name: 'csv at Orders.scala:12' }).waitFor()
    expect(await page.getByRole('columnheader', { name: 'Evidence' }).count()).toBe(1)
    expect(await page.getByRole('rowheader', { name: 'L2.V.6' }).count()).toBe(1)
    expect(await page.getByLabel('Drop a public key').getAttribute('type')).toBe('file')
    await drop({ name: 'key.pub', text: story.keyPem }, { name: 'tsa.pem', text: story.rootPem })
    expect(await page.getByRole('status').textContent()).toMatch(/^Verified here/)
    expect(await page.getByRole('list', { name: 'whom you trust' }).getByRole('listitem').count()).toBe(2)
  })

  it('takes a key wherever on the page it is dropped', async () => {
    const { page, text } = await open()
    const transfer = await page.evaluateHandle((pem) => {
      const dropped = new DataTransfer()
      dropped.items.add(new File([pem], 'key.pub'))
      return dropped
    }, story.keyPem)
    await page.dispatchEvent('#requirements', 'drop', { dataTransfer: transfer })
    await page.locator('.trusted li').waitFor()
    await expect.poll(() => text('#here')).toMatch(/^Holds in this browser up to L1/)
  })

  it.each(['light', 'dark'] as const)('can be told from its ground in %s colours', async (colorScheme) => {
    const { page, drop } = await open({ colorScheme })
    const looked = ['h1', '#here', '.what', '.card dt', '.card dd', '.status.pass', '.limits', '.mark', 'caption']
    const weak = async () => {
      const contrasts = await Promise.all(
        looked.map(async (selector) => [selector, await contrastOf(page, selector)] as const),
      )
      return contrasts.filter(([, contrast]) => contrast < 4.5)
    }
    expect(await weak()).toEqual([])
    await drop({ name: 'key.pub', text: story.keyPem })
    expect(await weak()).toEqual([])
    await drop({ name: 'tsa.pem', text: story.rootPem })
    expect(await weak()).toEqual([])
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      colorScheme === 'light' ? 'rgb(251, 251, 250)' : 'rgb(20, 23, 26)',
    )
  })

  it('fits a small screen', async () => {
    const { page } = await open()
    await page.setViewportSize({ width: 380, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(380)
  })
})

/** WCAG 2's contrast of the first such element's text with what lies behind it. */
function contrastOf(page: Page, selector: string): Promise<number> {
  return page.evaluate((selector) => {
    const found = document.querySelector(selector)
    const read = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    const brightness = (color: string) => {
      const [red = 0, green = 0, blue = 0] = read(color)
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    let ground = found
    while (ground?.parentElement && read(getComputedStyle(ground).backgroundColor)[3] === 0)
      ground = ground.parentElement
    if (found === null || ground === null) return 0
    const sides = [getComputedStyle(found).color, getComputedStyle(ground).backgroundColor].map(brightness)
    const [dark, light] = [Math.min(...sides), Math.max(...sides)]
    return (light + 0.05) / (dark + 0.05)
  }, selector)
}
