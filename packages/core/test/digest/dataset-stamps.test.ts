import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compareStamps, type DatasetStamps, digestDataset, readStamps } from '../../src/index.ts'
import { makeDirectory } from '../temporary-directory.ts'

/** Until what is written next has another time than the file: file systems count in ticks. */
function awaitTick(file: string): void {
  const { ctimeMs } = statSync(file)
  do writeFileSync(`${file}.tick`, '')
  while (statSync(`${file}.tick`).ctimeMs === ctimeMs)
  rmSync(`${file}.tick`)
}

/** The stamps that hashing took, and a dataset to change. */
async function hashOrders(): Promise<{ root: string; taken: DatasetStamps }> {
  const root = makeDirectory({ 'a.csv': 'aaaa', 'year=2026/b.csv': 'bbbb' })
  awaitTick(`${root}/a.csv`)
  let taken: DatasetStamps = new Map()
  await digestDataset(root, {
    onStamps: (stamps) => {
      taken = stamps
    },
  })
  return { root, taken }
}

const changesSince = (taken: DatasetStamps, root: string) => compareStamps(taken, readStamps(root))

describe('stamps', () => {
  it('are the same as long as nobody writes', async () => {
    const { root, taken } = await hashOrders()
    expect([...taken.keys()]).toEqual(['a.csv', 'year=2026/b.csv'])
    expect(changesSince(taken, root)).toEqual([])
  })

  it.each<[string, (root: string) => void, string[]]>([
    ['one that was written to', (root) => writeFileSync(`${root}/a.csv`, 'AAAA'), ['a.csv']],
    ['one that is gone', (root) => rmSync(`${root}/year=2026/b.csv`), ['year=2026/b.csv']],
    ['a new one', (root) => writeFileSync(`${root}/c.csv`, ''), ['c.csv']],
    [
      'another file of the same size and time under its name',
      (root) => {
        const { atime, mtime } = statSync(`${root}/a.csv`)
        mkdirSync(`${root}/_new`)
        writeFileSync(`${root}/_new/a.csv`, 'AAAA')
        utimesSync(`${root}/_new/a.csv`, atime, mtime)
        renameSync(`${root}/_new/a.csv`, `${root}/a.csv`)
      },
      ['a.csv'],
    ],
    [
      'one that was written to and whose time was set back',
      (root) => {
        const { atime, mtime } = statSync(`${root}/a.csv`)
        writeFileSync(`${root}/a.csv`, 'AAAA')
        utimesSync(`${root}/a.csv`, atime, mtime)
      },
      ['a.csv'],
    ],
  ])('name %s', async (_, change, names) => {
    const { root, taken } = await hashOrders()
    change(root)
    expect(changesSince(taken, root)).toEqual(names)
  })

  it('pass over what is no data', async () => {
    const { root, taken } = await hashOrders()
    writeFileSync(`${root}/_SUCCESS`, '')
    expect(changesSince(taken, root)).toEqual([])
  })

  it('are those of the one file where the dataset is a file', async () => {
    const root = makeDirectory({ 'a.csv': 'aaaa' })
    expect([...readStamps(`${root}/a.csv`).keys()]).toEqual(['a.csv'])
  })

  it('cannot be read where the dataset is gone', () => {
    expect(() => readStamps(`${makeDirectory()}/none`)).toThrow(expect.objectContaining({ code: 'data-unreadable' }))
  })
})
