import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

test('what is published is dist and the JARs, which nothing downloads', () => {
  const { dependencies, files, scripts } = manifest
  expect({ dependencies: Object.keys(dependencies), files }).toEqual({
    dependencies: ['@makoto/core', 'zod'],
    files: ['dist', 'jars'],
  })
  expect(Object.keys(scripts).filter((name) => /install|prepare|publish/.test(name))).toEqual([])
})
