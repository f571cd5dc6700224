export { BUNDLE_MEDIA_TYPE, type LogEntry } from './bundle-schema.ts'
export { pae, STATEMENT_PAYLOAD_TYPE } from './pae.ts'
export { type Bundle, parseBundle } from './parse-bundle.ts'
export { type SignOptions, signStatement } from './sign-statement.ts'
