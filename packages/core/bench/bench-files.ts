import { randomFillSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A directory of so many files, of so many bytes each. */
export interface Shape {
  readonly count: number
  readonly size: number
}

/** Files of random bytes, no two alike, in sixteen folders. */
export function writeFiles(directory: string, { count, size }: Shape): void {
  const bytes = randomFillSync(new Uint8Array(size))
  for (let i = 0; i < count; i++) {
    const folder = join(directory, `part=${i % 16}`)
    mkdirSync(folder, { recursive: true })
    bytes[0] = i & 0xff
    bytes[1] = i >> 8
    writeFileSync(join(folder, `part-${i}.bin`), bytes)
  }
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
