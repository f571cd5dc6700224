import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

test('what is published is dist, the command and three packages of ours', () => {
  const { bin, files, dependencies, scripts } = manifest
  expect({ bin, files, dependencies: Object.keys(dependencies) }).toEqual({
    bin: { makoto: './dist/main.js' },
    files: ['dist'],
    dependencies: ['@makoto/core', '@makoto/report', '@makoto/spark'],
  })
  expect(Object.keys(scripts).filter((name) => /install|prepare|publish/.test(name))).toEqual([])
})

test('the command can be started by its name', () => {
  expect(readFileSync(new URL('../src/main.ts', import.meta.url), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})
