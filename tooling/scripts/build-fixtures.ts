/** Writes `fixtures/` and the pages that are made from code: `node --conditions=@makoto/source tooling/scripts/build-fixtures.ts`, Node 24. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { renderFixtures } from './fixtures/index.ts'
import { renderPages } from './pages/index.ts'

const directory = new URL('../../fixtures/', import.meta.url)

mkdirSync(directory, { recursive: true })
for (const [file, text] of await renderFixtures()) {
  writeFileSync(new URL(file, directory), text)
  console.log(`fixtures/${file}`)
}

const docs = new URL('../../docs/', import.meta.url)

for (const { file, text } of renderPages()) {
  writeFileSync(new URL(file, docs), text)
  console.log(`docs/${file}`)
}
