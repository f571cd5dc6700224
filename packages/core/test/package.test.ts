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

test('a key provider’s package is never installed unasked', () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifest
  const optional = Object.fromEntries(Object.keys(peerDependencies).map((name) => [name, { optional: true }]))
  expect(peerDependenciesMeta).toEqual(optional)
  expect(Object.keys(dependencies).filter((name) => name in peerDependencies)).toEqual([])
})
