/** Writes `fixtures/`: `node --conditions=@makoto/source tooling/scripts/build-fixtures.ts`, Node 24. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { renderFixtures } from './fixtures/index.ts'

const directory = new URL('../../fixtures/', import.meta.url)

mkdirSync(directory, { recursive: true })
for (const [file, text] of await renderFixtures()) {
  writeFileSync(new URL(file, directory), text)
  console.log(`fixtures/${file}`)
}
