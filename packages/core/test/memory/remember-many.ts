/** One of several processes that remember at once: `remember-many.ts <file> <writer> <lines>`. */
import process from 'node:process'
import { openMemoryFile, sha256Hex } from '../../src/index.ts'

const [file = '', writer = '', lines = ''] = process.argv.slice(2)
const memory = openMemoryFile(file)
for (let line = 0; line < Number(lines); line++) {
  const bundle = sha256Hex(new TextEncoder().encode(`${writer} ${line}`))
  const name = `dataset:file:/${writer.repeat(500)}`
  await memory.remember([{ name, subject: bundle, bundle, time: line }])
}
