// One byte of a file, changed by a shell line that works on every POSIX system.
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../toolchain.mjs'

/** The lines that flip the lowest bit of the byte in the middle of the first data file below `folder`, and flip it back. */
export function planFlip(folder) {
  const name = readdirSync(join(ROOT, folder)).find((entry) => entry.startsWith('part-'))
  if (!name) throw new Error(`${folder} holds no data`)
  const file = `${folder}/${name}`
  const offset = Math.floor(statSync(join(ROOT, file)).size / 2)
  const byte = readByte(join(ROOT, file), offset)
  return { name, offset, flip: renderWrite(file, offset, byte ^ 1), restore: renderWrite(file, offset, byte) }
}

function readByte(path, offset) {
  const file = openSync(path)
  try {
    const byte = new Uint8Array(1)
    readSync(file, byte, 0, 1, offset)
    return byte[0]
  } finally {
    closeSync(file)
  }
}

function renderWrite(file, offset, byte) {
  const octal = byte.toString(8).padStart(3, '0')
  return `printf '\\${octal}' | dd of=${file} bs=1 seek=${offset} conv=notrunc 2>/dev/null`
}
