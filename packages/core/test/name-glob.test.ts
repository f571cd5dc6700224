import { matchDatasetGlob, matchGlob } from '@makoto/core'
import { expect, it } from 'vitest'

it.each([
  ['a', 'a', true],
  ['a', 'ab', false],
  ['a', 'ba', false],
  ['s3://lake/*', 's3://lake/orders', true],
  ['s3://lake/*', 's3://lake/orders/2026', false],
  ['s3://lake/**', 's3://lake/orders/2026', true],
  ['s3://lake/**/x', 's3://lake/a/b/x', true],
  ['https://github.com/acme/*/w.yml@refs/heads/main', 'https://github.com/acme/etl/w.yml@refs/heads/main', true],
  ['https://github.com/acme/*', 'https://github.com.evil.org/acme/x', false],
  ['a.c', 'abc', false],
  ['(a|b)', 'a', false],
  ['*', '', true],
])('%s, anchored at both ends, against %s: %s', (glob, text, matches) => {
  expect(matchGlob(glob, text)).toBe(matches)
})

it('lets the scheme of a dataset be left out of its glob', () => {
  expect(matchDatasetGlob('s3://lake/*', 'dataset:s3://lake/orders')).toBe(true)
  expect(matchDatasetGlob('dataset:s3://lake/*', 'dataset:s3://lake/orders')).toBe(true)
  expect(matchDatasetGlob('**', 'dataset:s3://lake/orders')).toBe(true)
  expect(matchDatasetGlob('s3://lake/*', 'dataset:s3://pond/orders')).toBe(false)
})

it('does not take the square of a long name for many stars', () => {
  const name = 'a'.repeat(2000)
  expect(matchGlob(`${'**a'.repeat(15)}b`, name)).toBe(false)
  expect(matchGlob('**a'.repeat(17), name)).toBe(true)
})
