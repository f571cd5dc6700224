export { compressGzip, decompressGzip } from './gzip.ts'
export { openStore } from './open-store.ts'
export type { PutResult, Store, StoredObject } from './store.ts'
