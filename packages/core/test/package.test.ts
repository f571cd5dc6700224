import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

test('what is published is dist behind one door, with three dependencies', () => {
  const { dependencies, exports, files, scripts } = manifest
  expect({ dependencies: Object.keys(dependencies), doors: Object.keys(exports), files }).toEqual({
    dependencies: ['@noble/ciphers', '@noble/hashes', 'zod'],
    doors: ['.'],
    files: ['dist'],
  })
  expect(Object.keys(scripts).filter((name) => /install|prepare|publish/.test(name))).toEqual([])
})
