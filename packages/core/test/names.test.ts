import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { datasetName, nameHash, pathOfDatasetName } from '../src/names.ts'
import { readFixture } from './fixtures.ts'

interface Row {
  readonly input: string
  readonly name: string | null
  readonly why: string
  readonly base?: string
}

const rows = readFixture<readonly Row[]>('names.json')
const named = rows.filter((row): row is Row & { name: string } => row.name !== null)
const optionsOf = ({ base }: Row) => (base === undefined ? {} : { base })

describe('datasetName', () => {
  it.each(named)('names $input: $why', (row) => {
    expect(datasetName(row.input, optionsOf(row))).toBe(row.name)
  })

  it.each(rows.filter((row) => row.name === null))('refuses $input: $why', (row) => {
    expect(() => datasetName(row.input, optionsOf(row))).toThrow(expect.objectContaining({ code: 'name-invalid' }))
  })

  it.each(named)('finds $name for itself', ({ name }) => {
    expect(datasetName(name)).toBe(name)
  })

  it('takes relative paths from the working directory', () => {
    expect(datasetName('orders')).toBe(`dataset:file:${process.cwd()}/orders`)
  })

  it('refuses half of a surrogate pair', () => {
    expect(() => datasetName('/lake/\ud800')).toThrow(expect.objectContaining({ code: 'name-invalid' }))
  })

  it('refuses what is too long', () => {
    expect(() => datasetName(`/${'a'.repeat(9000)}`)).toThrow(expect.objectContaining({ code: 'name-invalid' }))
  })

  it('shows no secret when it refuses', () => {
    expect(() => datasetName('s3n://AKIA:hunter2/x@bucket')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

describe('pathOfDatasetName', () => {
  it('is the way back for local datasets only', () => {
    expect(pathOfDatasetName('dataset:file:/lake/a b%20')).toBe('/lake/a b%20')
    expect(pathOfDatasetName('dataset:s3://bucket/x')).toBeUndefined()
    expect(pathOfDatasetName('dataset:main.sales.orders')).toBeUndefined()
  })
})

describe('nameHash', () => {
  it.each(['dataset:file:/lake/orders', 'dataset:file:/lake/été/😀'])('is what sha256sum says of %s', (name) => {
    expect(nameHash(name)).toBe(execFileSync('sha256sum', { input: name, encoding: 'utf8' }).slice(0, 64))
  })
})
