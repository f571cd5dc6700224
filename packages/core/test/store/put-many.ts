/** One of several processes that write the same objects: `put-many.ts <root> <writer>`; prints what each write gave. */
import process from 'node:process'
import { encodeUtf8, isMakotoError, openStore } from '../../src/index.ts'

const [root = '', writer = ''] = process.argv.slice(2)
const store = openStore(root)
const results: Record<string, string> = {}

for (let object = 0; object < 40; object++) {
  results[`same/${object}`] = await tryPut(`same/${object}`, `${object}`)
  results[`differing/${object}`] = await tryPut(`differing/${object}`, `${object} of ${writer}`)
}
console.log(JSON.stringify(results))

async function tryPut(path: string, content: string): Promise<string> {
  try {
    return await store.put(path, encodeUtf8(content))
  } catch (error) {
    return isMakotoError(error) ? error.code : String(error)
  }
}
