/** Hashes a small file, then a large one: `hash-large-file.ts <small> <large>`; prints how many KiB the peak of memory rose. */
import process from 'node:process'
import { hashFiles } from '../../src/digest/hash-files.ts'

const [small = '', large = ''] = process.argv.slice(2)
await hashFiles([small])
const before = process.resourceUsage().maxRSS
await hashFiles([large])
console.log(process.resourceUsage().maxRSS - before)
