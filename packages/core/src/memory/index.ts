export { openMemoryFile } from './memory-file.ts'
