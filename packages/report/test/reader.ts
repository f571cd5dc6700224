import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM } from './browser.ts'

/** What tests drop onto a page: a file's name and its text. */
export interface DroppedFile {
  readonly name: string
  readonly text: string
}

/** Somebody with a browser, a file and perhaps a key. */
export interface Reader {
  readonly page: Page
  /** What the browser complained about, and what it asked the network for. */
  readonly complaints: readonly string[]
  readonly requests: readonly string[]
  drop(...files: readonly DroppedFile[]): Promise<string>
  text(selector: string): Promise<string>
  close(): Promise<void>
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
}

/** Opens a page from a file, as a reader does, on a day after everything in it was made. */
export async function openReport(
  browser: Browser,
  html: string,
  options: { colorScheme?: 'light' | 'dark' } = {},
): Promise<Reader> {
  const folder = mkdtempSync(join(tmpdir(), 'makoto-report-'))
  const url = pathToFileURL(join(folder, 'report.html')).href
  writeFileSync(join(folder, 'report.html'), html)
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => request.url() !== url && requests.push(request.url()))
  await page.clock.setFixedTime('2026-11-22T00:00:00Z')
  await page.goto(url)
  await page.waitForSelector('#here')
  const text = async (selector: string) => ((await page.locator(selector).allInnerTexts())[0] ?? '').trim()
  return {
    page,
    complaints,
    requests,
    text,
    async drop(...files) {
      const before = await page.locator('.trusted li').count()
      const buffers = files.map(({ name, text }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }))
      await page.setInputFiles('#trust-files', buffers)
      await page
        .locator('.trusted li')
        .nth(before + files.length - 1)
        .waitFor()
      await page.waitForFunction(
        () => !/^(As stated|Being checked)/.test(document.querySelector('#here')?.textContent ?? ''),
      )
      return text('#here')
    },
    async close() {
      await context.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
