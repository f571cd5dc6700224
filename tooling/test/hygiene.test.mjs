import { describe, expect, test } from 'vitest'
import { findLineFaults, judgeManifest } from '../scripts/hygiene.mjs'

const folder = (name) => `/${name}/someone/file`

describe('a committed line', () => {
  test.each(['tmp', 'work', 'root', 'home'])('must not name a place under %s', (name) => {
    expect(findLineFaults(`const path = '${folder(name)}'`)).toEqual(['a path of one machine'])
  })

  test('must not name a registry', () => {
    expect(findLineFaults(`see ${['registry', 'npmjs', 'org'].join('.')}`)).toEqual(['a registry host'])
    expect(findLineFaults(`see ${['repo1', 'maven', 'apache', 'org'].join('.')}`)).toEqual(['a registry host'])
  })

  test.each([`dataset:file:/lake${folder('home')}`, `s3://curated${folder('work')}`, `apps${folder('root')}`])(
    'may say %s',
    (line) => {
      expect(findLineFaults(line)).toEqual([])
    },
  )
})

describe('a manifest', () => {
  const manifest = {
    name: '@makoto/x',
    version: '1.0.0',
    description: 'x',
    license: 'Apache-2.0',
    engines: { node: '>=22.12' },
    files: ['dist'],
    exports: { '.': './dist/index.js' },
  }

  test('that is minimal and complete has no fault', () => {
    expect(judgeManifest(manifest, '1.0.0')).toEqual([])
  })

  test('must carry the common version', () => {
    expect(judgeManifest(manifest, '1.0.1')).toEqual(['version 1.0.0 differs from 1.0.1'])
  })

  test('must not run code when it is installed', () => {
    expect(judgeManifest({ ...manifest, scripts: { postinstall: 'x' } }, '1.0.0')).toEqual([
      'runs code at installation (postinstall)',
    ])
  })

  test('that is published must say which files', () => {
    expect(judgeManifest({ ...manifest, files: undefined }, '1.0.0')).toEqual(['is published without "files"'])
    expect(judgeManifest({ ...manifest, files: undefined, private: true }, '1.0.0')).toEqual([])
  })

  test('holds no field that nobody reads', () => {
    expect(judgeManifest({ ...manifest, main: 'x.js' }, '1.0.0')).toEqual(['field "main" has no use here'])
  })
})
