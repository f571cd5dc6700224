import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

test('what is published is dist behind two doors, with five dependencies', () => {
  const { dependencies, exports, files, scripts } = manifest
  expect({ dependencies: Object.keys(dependencies), doors: Object.keys(exports), files }).toEqual({
    dependencies: ['@noble/ciphers', '@noble/curves', '@noble/hashes', 'yaml', 'zod'],
    doors: ['.', './verify'],
    files: ['dist'],
  })
  expect(Object.keys(scripts).filter((name) => /install|prepare|publish/.test(name))).toEqual([])
})
