import { readFileSync } from 'node:fs'

const directory = new URL('../../../fixtures/', import.meta.url)

/** The text of a file under `fixtures/`. */
export function readFixtureText(file: string): string {
  return readFileSync(new URL(file, directory), 'utf8')
}

/** The content, typed by the test that knows its builder. */
export function readFixture<Content>(file: string): Content {
  const content: Content = JSON.parse(readFixtureText(file))
  return content
}
